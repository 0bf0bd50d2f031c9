import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type ConnectedCreator, type TestPlatform } from '@trendpot/testing';
import { BARREN_LIMIT } from '@trendpot/tiktok';

let test: TestPlatform;
let creators = 0;
beforeAll(async () => {
  test = await startTestPlatform();
}, 120_000);
afterAll(() => test.stop(), 60_000);
afterEach(() =>
  test.tiktok.knobs({
    shortPages: false,
    emptyPage: 0,
    sameSecond: 'split',
    repeatCursor: 0,
    crawlingCursor: 0,
    emptyLibrary: 'empty-list',
  }),
);

const newCreator = async (videos: number): Promise<string> => {
  const handle = `creator${(creators += 1)}`;
  await test.tiktok.post('/creators', { handle, videos });
  return handle;
};

const idsAtTikTok = async (handle: string): Promise<string[]> =>
  (await test.tiktok.get<{ id: string }[]>(`/creators/${handle}/videos`)).map(({ id }) => id).sort();

const idsStored = async (accountId: string): Promise<string[]> =>
  (await test.collections.videos.find({ accountId }).toArray()).map(({ tiktokVideoId }) => tiktokVideoId).sort();

const listCallsOf = async (handle: string): Promise<number> =>
  (await test.tiktok.calls('/v2/video/list/')).filter(({ creator }) => creator === handle).length;

const synced = async (handle: string, withinMs?: number): Promise<ConnectedCreator> => {
  const creator = await test.connect({ creator: handle });
  await test.untilState(creator.accountId, 'healthy', withinMs);
  return creator;
};

interface LivePage {
  readonly videos: readonly { readonly id: string }[];
  readonly nextCursor?: number | string;
  readonly hasMore: boolean;
}

/** Walks the gateway's live pages as a client would: on while there is more. */
const walkLive = async ({ api, accountId }: ConnectedCreator): Promise<string[]> => {
  const seen: string[] = [];
  let cursor: number | string | undefined;
  for (let pages = 0; pages < 200; pages += 1) {
    const query = cursor === undefined ? '' : `?cursor=${cursor}`;
    const { body } = await api.call<LivePage>('GET', `/api/accounts/${accountId}/videos/live${query}`);
    seen.push(...body.videos.map(({ id }) => id));
    if (!body.hasMore) return seen;
    cursor = body.nextCursor;
  }
  throw new Error('the live pages do not end');
};

describe('the first sync', () => {
  it('brings every video of 137, once, in eight calls: each page looks back one video for siblings of its last second', async () => {
    const handle = await newCreator(137);
    const { accountId } = await synced(handle);
    expect(await idsStored(accountId)).toEqual(await idsAtTikTok(handle));
    expect(await listCallsOf(handle)).toBe(8);
    const account = await test.collections.accounts.findOne({ _id: accountId });
    expect(account?.sync).toMatchObject({ videos: 137, complete: true });
  });

  it('brings every video of 2,000', async () => {
    const { accountId } = await synced('prolific', 55_000);
    expect(await idsStored(accountId)).toEqual(await idsAtTikTok('prolific'));
  });

  it.each(['empty-list', 'no-data'])('is done at once when there are no videos (%s)', async (emptyLibrary) => {
    await test.tiktok.knobs({ emptyLibrary });
    const { accountId } = await synced(await newCreator(0));
    expect(await idsStored(accountId)).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['pages are short although there is more', { shortPages: true }],
    ['a page is empty although there is more', { emptyPage: 2 }],
    ['the first page is empty although there is more', { emptyPage: 1 }],
    ['the edge of a page splits a second', { sameSecond: 'split' }],
    ['a page ends before the second it would split', { sameSecond: 'together' }],
    ['siblings of one second come again on the next page', { sameSecond: 'repeated' }],
    ['a cursor repeats', { repeatCursor: 1 }],
    ['a cursor repeats again and again', { repeatCursor: 3 }],
  ])('loses and doubles nothing when %s, in the worker and on live pages alike', async (_what, knobs) => {
    const handle = await newCreator(65);
    await test.tiktok.knobs(knobs);
    const creator = await synced(handle);
    const expected = await idsAtTikTok(handle);
    expect(await idsStored(creator.accountId)).toEqual(expected);
    await test.tiktok.knobs(knobs);
    expect((await walkLive(creator)).sort()).toEqual(expected);
  });

  it('ends although a cursor repeats for ever, in the worker and on live pages alike', async () => {
    const handle = await newCreator(45);
    await test.tiktok.knobs({ repeatCursor: 1_000_000 });
    const creator = await synced(handle);
    const expected = await idsAtTikTok(handle);
    expect(await idsStored(creator.accountId)).toEqual(expected);
    expect(await listCallsOf(handle)).toBeLessThan(20);
    expect((await walkLive(creator)).sort()).toEqual(expected);
    expect(await listCallsOf(handle)).toBeLessThan(40);
  });

  it('ends although a cursor crawls for ever through empty pages, in the worker and on live pages alike', async () => {
    const handle = await newCreator(45);
    await test.tiktok.knobs({ crawlingCursor: 1_000_000 });
    const creator = await synced(handle);
    expect(await idsStored(creator.accountId)).toHaveLength(20);
    expect(await listCallsOf(handle)).toBe(1 + BARREN_LIMIT + 1);
    expect(await walkLive(creator)).toHaveLength(20);
    expect(await listCallsOf(handle)).toBe(2 * (1 + BARREN_LIMIT + 1));
  });

  it('keeps only the sanitized embed, the four counts and nothing of the raw answer', async () => {
    const handle = await newCreator(12);
    const [, hostile] = await idsAtTikTok(handle);
    await test.tiktok.post(`/creators/${handle}/videos`, { videos: 1 });
    await fetch(`${test.tiktok.url}/__control/creators/${handle}/videos/${hostile}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ embedHtml: '<img src=x onerror=alert(1)><script>steal()</script>' }),
    });
    const { accountId } = await synced(handle);
    const stored = await test.collections.videos.find({ accountId }).toArray();
    expect(stored.map(({ tiktokVideoId }) => tiktokVideoId)).not.toContain(hostile);
    expect(stored).toHaveLength(12);
    for (const video of stored) {
      expect(Object.keys(video.counts).sort()).toEqual(['comments', 'likes', 'shares', 'views']);
      expect(video.embed.html).toMatch(
        /^<iframe [^<>]*src="https:\/\/www\.tiktok\.com\/player\/v1\/\d+[^<>]*><\/iframe>$/,
      );
      expect(JSON.stringify(video)).not.toMatch(/blockquote|embed\.js|onerror|utm_source|"title"/);
    }
  });
});

describe('looking up one video', () => {
  it('asks for it by its id, never through the list', async () => {
    const handle = await newCreator(5);
    const { api, accountId } = await synced(handle);
    const [fresh] = await test.tiktok.post<string[]>(`/creators/${handle}/videos`, { videos: 1 });
    const before = (await test.tiktok.calls('/v2/video/list/')).length;
    const { status, body } = await api.call<{ video?: { id: string } }>(
      'GET',
      `/api/accounts/${accountId}/videos/${fresh}`,
    );
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain(String(fresh));
    expect((await test.tiktok.calls('/v2/video/list/')).length).toBe(before);
    expect((await test.tiktok.calls('/v2/video/data/')).filter(({ creator }) => creator === handle)).toHaveLength(1);
  });

  it('refuses a video of another creator, stored or not', async () => {
    const [mine, other] = [await newCreator(3), await newCreator(3)];
    const creator = await synced(mine);
    const [theirs] = await idsAtTikTok(other);
    const unknown = await creator.api.call('GET', `/api/accounts/${creator.accountId}/videos/${theirs}`);
    expect(unknown.status).toBe(404);
    await synced(other);
    const stored = await creator.api.call('GET', `/api/accounts/${creator.accountId}/videos/${theirs}`);
    expect(stored).toMatchObject({ status: 403, body: { error: { code: 'E_VIDEO_NOT_OWNED' } } });
  });

  it('keeps one creator’s account from another’s browser', async () => {
    const first = await synced(await newCreator(1));
    const second = await synced(await newCreator(1));
    const answer = await second.api.call('GET', `/api/accounts/${first.accountId}`);
    expect([403, 404]).toContain(answer.status);
  });
});
