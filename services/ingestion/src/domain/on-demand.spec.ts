import { describe, expect, it } from '@jest/globals';
import { newAccountId, PlatformError } from '@trendpot/contracts';
import { BARREN_LIMIT } from '@trendpot/tiktok';
import { makeReportNeedsConsent } from '@trendpot/worker';
import { crawling, posts, safe, world } from '../../test/world.ts';
import { makeChangeAccount } from './change-account.ts';
import { makeFetchLivePage } from './live-page.ts';
import { makeLookUpVideo } from './look-up-video.ts';

const scene = (count: number) => {
  const around = world(posts(count));
  const { ports, store, accountId } = around;
  const reportNeedsConsent = makeReportNeedsConsent({ ...ports, change: makeChangeAccount({ library: store }) });
  const lookUp = makeLookUpVideo({ ...ports, reportNeedsConsent });
  const livePage = makeFetchLivePage({ ...ports, reportNeedsConsent });
  const request = (videoId: string) => ({ version: 1 as const, requestId: 'req_00000001', accountId, videoId });
  const page = (cursor?: number) => ({
    version: 1 as const,
    requestId: 'req_00000001',
    accountId,
    ...(cursor === undefined ? {} : { cursor }),
  });
  return { ...around, lookUp, livePage, request, page };
};

describe('looking a video up', () => {
  it('asks TikTok for it by its id, stores it and tells of it', async () => {
    const { lookUp, request, library, calls, store, accountId } = scene(3);
    const id = library[1]?.id ?? '';
    await expect(lookUp(request(id))).resolves.toMatchObject({ source: 'tiktok', video: { id } });
    expect(calls).toMatchObject([{ endpoint: 'query', kind: 'interactive', ids: [id] }]);
    expect(store.accounts.get(accountId)?.sync.videos).toBe(1);
    expect(store.events()).toMatchObject([{ change: 'synced', videos: [{ id }], progress: { videos: 1 } }]);
  });

  it('answers from the store without a call', async () => {
    const { lookUp, request, library, calls } = scene(3);
    const id = library[1]?.id ?? '';
    await lookUp(request(id));
    await expect(lookUp(request(id))).resolves.toMatchObject({ source: 'stored' });
    expect(calls).toHaveLength(1);
  });

  it('counts a video once that the walk meets later', async () => {
    const { lookUp, request, library, store, accountId, walk, firstJob } = scene(30);
    await lookUp(request(library[25]?.id ?? ''));
    await walk(firstJob());
    expect(store.accounts.get(accountId)?.sync.videos).toBe(30);
  });

  it('shares one call among look-ups that come together', async () => {
    const { lookUp, request, library, calls } = scene(20);
    const found = await Promise.all(library.map(({ id }) => lookUp(request(id))));
    expect(found.map(({ video }) => video.id)).toEqual(library.map(({ id }) => id));
    expect(calls).toHaveLength(2);
  });

  it("refuses another creator's video without a call", async () => {
    const { lookUp, request, library, calls, store } = scene(1);
    const id = library[0]?.id ?? '';
    const other = newAccountId();
    store.connect(other, {}, 'healthy');
    const at = new Date(0);
    const { embed, shareUrl } = safe({ videoId: id }) as Extract<ReturnType<typeof safe>, { verdict: 'safe' }>;
    const video = { id, embed, shareUrl, caption: '', createdAt: at.toISOString(), counts: {} };
    store.videos.set(id, { accountId: other, storedAt: at, refreshedAt: at, video });
    await expect(lookUp(request(id))).rejects.toMatchObject({ code: 'E_VIDEO_NOT_OWNED' });
    expect(calls).toHaveLength(0);
  });

  it('says so when TikTok does not know the video, or its embed is refused', async () => {
    const { lookUp, request, library, verdicts } = scene(1);
    await expect(lookUp(request('7999999999999999999'))).rejects.toMatchObject({ code: 'E_VIDEO_NOT_FOUND' });
    verdicts.of = ({ videoId }) => ({ videoId, verdict: 'rejected', reasons: ['script'] });
    await expect(lookUp(request(library[0]?.id ?? ''))).rejects.toMatchObject({ code: 'E_EMBED_REJECTED' });
  });

  it('tells a person at once when there is no permit', async () => {
    const { lookUp, request, library, faults } = scene(1);
    faults.push(new PlatformError('E_PERMIT_UNAVAILABLE', 'none'));
    await expect(lookUp(request(library[0]?.id ?? ''))).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
  });

  it('notes on the account that a scope is missing', async () => {
    const { lookUp, request, library, faults, store, accountId } = scene(1);
    faults.push(new PlatformError('E_SCOPE_MISSING', 'video.data'));
    await expect(lookUp(request(library[0]?.id ?? ''))).rejects.toMatchObject({ code: 'E_SCOPE_MISSING' });
    expect(store.accounts.get(accountId)).toMatchObject({
      state: 'needs_consent',
      lastError: { code: 'E_SCOPE_MISSING' },
    });
    expect(store.events()).toMatchObject([{ change: 'state', state: 'needs_consent', code: 'E_SCOPE_MISSING' }]);
    await expect(lookUp(request(library[0]?.id ?? ''))).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
  });
});

describe('a live page', () => {
  it('leads through the whole library, every video once', async () => {
    const { livePage, page, library, calls } = scene(53);
    const seen: string[] = [];
    let cursor: number | undefined;
    do {
      const { videos, nextCursor } = await livePage(page(cursor));
      seen.push(...videos.map(({ id }) => id));
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(library.map(({ id }) => id));
    expect(calls.every(({ kind }) => kind === 'interactive')).toBe(true);
  });

  it('is stored too, since the call is paid for', async () => {
    const { livePage, page, store, accountId } = scene(30);
    await livePage(page());
    expect(store.videos.size).toBe(20);
    expect(store.accounts.get(accountId)?.sync.videos).toBe(20);
    expect(store.events()).toMatchObject([{ change: 'synced' }]);
  });

  it('skips pages on which nothing may be shown, but not for ever', async () => {
    const { livePage, page, verdicts, calls } = scene(200);
    verdicts.of = ({ videoId }) => ({ videoId, verdict: 'rejected', reasons: ['script'] });
    await expect(livePage(page())).resolves.toMatchObject({ videos: [], hasMore: true });
    expect(calls).toHaveLength(4);
  });

  it('leads to an end when empty pages crawl', async () => {
    const { livePage, page, pages, calls } = scene(60);
    pages.of = crawling;
    let answer = await livePage(page());
    while (answer.nextCursor !== undefined && calls.length < 1000) answer = await livePage(page(answer.nextCursor));
    expect(answer).toEqual({ videos: [], hasMore: false });
    expect(calls).toHaveLength(BARREN_LIMIT + 1);
  });

  it('is refused for an account that is not connected', async () => {
    const { livePage, page, store, accountId, calls } = scene(3);
    store.connect(accountId, {}, 'revoked');
    await expect(livePage(page())).rejects.toMatchObject({ code: 'E_ACCOUNT_REVOKED' });
    await expect(livePage({ ...page(), accountId: newAccountId() })).rejects.toMatchObject({
      code: 'E_ACCOUNT_NOT_FOUND',
    });
    expect(calls).toHaveLength(0);
  });
});
