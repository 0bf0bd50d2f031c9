import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  eventEnvelope,
  LookupRequest,
  newMessageId,
  PageRequest,
  PlatformError,
  SUBJECT,
  type Video,
} from '@trendpot/contracts';
import { publish, respond, type Messaging } from '@trendpot/messaging';
import { seedLibrary, storedVideo } from '../../test/seed-library.ts';
import { connected, startGateway, type GatewayUnderTest, type SignedInBrowser } from '../../test/start-gateway.ts';
import { AccountList, ApiError, LiveVideoList, Receipt, VideoList } from './api/schemas.ts';

const NEWEST = new Date('2026-03-01T12:00:00Z');

describe('the library over HTTP', () => {
  let gateway: GatewayUnderTest;
  let amina: SignedInBrowser;
  let other: SignedInBrowser;
  let ingestion: Messaging;
  const asked: { pages: PageRequest[]; lookups: LookupRequest[] } = { pages: [], lookups: [] };

  const live = (id: string): Video => {
    const { embed, shareUrl, caption, createdAt, counts } = storedVideo(amina.accountId, 0, NEWEST);
    return { id, embed, shareUrl, caption, createdAt: createdAt.toISOString(), counts };
  };

  beforeAll(async () => {
    gateway = await startGateway({ TRENDPOT_SIGN_IN_RATE_PER_MIN: '1000', TRENDPOT_API_RATE_PER_MIN: '10000' });
    amina = await connected(gateway, 'code-amina');
    other = await connected(gateway, 'code-other');
    await seedLibrary(gateway.database, amina.accountId, 57, NEWEST);
    ingestion = await gateway.messagingOf('ingestion');
    // Ingestion itself is out of scope here; its answers have the contract's shape.
    respond(ingestion, {
      subject: SUBJECT.videosPage,
      queue: 'ingestion',
      schema: PageRequest,
      handler: async (request) => {
        asked.pages.push(request);
        return { videos: [live('7600000000000000001')], nextCursor: 1_772_000_000_000, hasMore: true };
      },
    });
    respond(ingestion, {
      subject: SUBJECT.videosLookup,
      queue: 'ingestion',
      schema: LookupRequest,
      handler: async (request) => {
        asked.lookups.push(request);
        if (request.videoId === '404404') throw new PlatformError('E_VIDEO_NOT_FOUND', 'TikTok does not know it');
        return { video: live(request.videoId), source: 'tiktok' };
      },
    });
  }, 60_000);
  afterAll(() => gateway?.stop());

  it('lists the accounts of the signed-in person, with the reason for their state', async () => {
    const { status, body } = await amina.call('GET', '/api/accounts');
    expect(status).toBe(200);
    const [account, ...rest] = AccountList.parse(body).accounts;
    expect(rest).toEqual([]);
    expect(account).toMatchObject({
      accountId: amina.accountId,
      state: 'healthy',
      explanation: { headline: 'Up to date' },
    });
    expect(JSON.stringify(body)).not.toMatch(/openId|credential|usr_/);
  });

  it('walks the whole library by its cursor, newest first, without loss or repetition', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '10', ...(cursor === undefined ? {} : { cursor }) });
      const { body } = await amina.call('GET', `/api/accounts/${amina.accountId}/videos?${query.toString()}`);
      const page = VideoList.parse(body);
      seen.push(...page.videos.map(({ id }) => id));
      expect(page.freshSince).toBe('2026-03-01T11:57:00.000Z');
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(57);
    expect(new Set(seen).size).toBe(57);
  });

  it('loses nothing of videos that were made in the same second', async () => {
    const twins = await connected(gateway, 'code-twins');
    await seedLibrary(gateway.database, twins.accountId, 0, NEWEST);
    const moment = new Date('2025-01-01T00:00:00Z');
    const videos = Array.from({ length: 7 }, (_, index) => ({
      ...storedVideo(twins.accountId, 500 + index, NEWEST),
      createdAt: moment,
    }));
    await gateway.database.collections.videos.insertMany(videos);
    const first = VideoList.parse((await twins.call('GET', `/api/accounts/${twins.accountId}/videos?limit=3`)).body);
    const address = `/api/accounts/${twins.accountId}/videos?limit=100&cursor=${first.nextCursor ?? ''}`;
    const second = VideoList.parse((await twins.call('GET', address)).body);
    const ids = [...first.videos, ...second.videos].map(({ id }) => id);
    expect([...ids].sort()).toEqual(videos.map(({ _id }) => _id).sort());
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=nonsense', 'cursor=MS4wLjE', 'limit[]=3&cursor[$gt]='])(
    'refuses the query %s without a detail',
    async (query) => {
      const { status, body } = await amina.call('GET', `/api/accounts/${amina.accountId}/videos?${query}`);
      if (query.startsWith('limit[]')) return expect(status).toBe(200);
      expect(status).toBe(400);
      return expect(ApiError.parse(body).error.message).toBe('The request was not understood.');
    },
  );

  it('shows nobody the account of somebody else', async () => {
    for (const path of ['', '/videos', '/videos/live', '/videos/7500000000000000000', '/progress']) {
      const { status, body } = await other.call('GET', `/api/accounts/${amina.accountId}${path}`);
      expect([path, status]).toEqual([path, 404]);
      expect(ApiError.parse(body).error.code).toBe('E_NOT_FOUND');
    }
    const refused = await other.call('DELETE', `/api/accounts/${amina.accountId}`, { reason: 'not mine' });
    expect(refused.status).toBe(404);
    expect(gateway.vault.revocations).toEqual([]);
  });

  it('asks for a session', async () => {
    const answer = await fetch(`${gateway.url}/api/accounts/${amina.accountId}/videos`);
    expect(answer.status).toBe(401);
  });

  it('honours the cursor of a live page and passes on whether there is more', async () => {
    const first = await amina.call('GET', `/api/accounts/${amina.accountId}/videos/live`);
    expect(LiveVideoList.parse(first.body)).toMatchObject({ nextCursor: 1_772_000_000_000, hasMore: true });
    await amina.call('GET', `/api/accounts/${amina.accountId}/videos/live?cursor=1772000000000`);
    expect(asked.pages.map(({ cursor }) => cursor)).toEqual([undefined, 1_772_000_000_000]);
    expect((await amina.call('GET', `/api/accounts/${amina.accountId}/videos/live?cursor=-1`)).status).toBe(400);
  });

  it('gives a stored video without asking TikTok', async () => {
    const { _id } = storedVideo(amina.accountId, 3, NEWEST);
    const { status, body } = await amina.call('GET', `/api/accounts/${amina.accountId}/videos/${_id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ source: 'stored', video: { id: _id } });
    expect(asked.lookups).toEqual([]);
  });

  it('looks up a video that is not stored', async () => {
    const { body } = await amina.call('GET', `/api/accounts/${amina.accountId}/videos/7600000000000000009`);
    expect(body).toMatchObject({ source: 'tiktok', video: { id: '7600000000000000009' } });
    expect(asked.lookups.at(-1)).toMatchObject({ accountId: amina.accountId, videoId: '7600000000000000009' });
    const missing = await amina.call('GET', `/api/accounts/${amina.accountId}/videos/404404`);
    expect([missing.status, ApiError.parse(missing.body).error.code]).toEqual([404, 'E_VIDEO_NOT_FOUND']);
  });

  it('lets no program of one person spend the calls of everybody', async () => {
    const eager = await connected(gateway, 'code-eager');
    const stored = storedVideo(eager.accountId, 700, NEWEST);
    await gateway.database.collections.videos.insertOne(stored);
    const videos = `/api/accounts/${eager.accountId}/videos`;
    const ask = (path: string) =>
      eager.browser.request(`${gateway.url}${videos}${path}`, { headers: { accept: 'application/json' } });
    const lookUps = Array.from({ length: 50 }, (_, index) => `/76000000000000001${String(index).padStart(2, '0')}`);
    const paths = [...lookUps, ...lookUps.map(() => '/live')];
    const answers = await Promise.all(paths.map((path) => ask(path)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(refused).toHaveLength(80);
    const ofEager = ({ accountId }: { accountId: string }) => accountId === eager.accountId;
    expect([...asked.pages, ...asked.lookups].filter(ofEager)).toHaveLength(20);
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(300);
    expect(ApiError.parse(await refused[0]?.json()).error.code).toBe('E_TOO_MANY_REQUESTS');

    expect((await ask(`/${stored._id}`)).status).toBe(200);
    expect((await amina.call('GET', `/api/accounts/${amina.accountId}/videos/live`)).status).toBe(200);
  });

  it('refuses a video of another creator', async () => {
    const { _id } = storedVideo(amina.accountId, 3, NEWEST);
    const { status, body } = await other.call('GET', `/api/accounts/${other.accountId}/videos/${_id}`);
    expect([status, ApiError.parse(body).error.code]).toEqual([403, 'E_VIDEO_NOT_OWNED']);
  });

  it('shows captions as text, and the player only as a template', async () => {
    const page = await amina.browser.get(`${gateway.url}/account?account=${amina.accountId}`);
    expect(page.text).toContain('I tried the viral &lt;b&gt;one-pan&lt;/b&gt; pasta &amp; here is the truth');
    expect(page.text.match(/<iframe /g)).toHaveLength(24);
    expect(page.text.match(/<template class="player"><iframe /g)).toHaveLength(24);
  });

  describe('live progress', () => {
    const watch = async (person: SignedInBrowser, signal: AbortSignal) => {
      const response = await person.browser.request(`${gateway.url}/api/accounts/${person.accountId}/progress`, {
        headers: { accept: 'text/event-stream', 'last-event-id': '12345' },
        signal,
      });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      return async (): Promise<Record<string, unknown>> => {
        for (;;) {
          const [, id, data] = /id: (\d+)\nevent: progress\ndata: (.*)\n\n/.exec(text) ?? [];
          if (data !== undefined) {
            text = text.slice(text.indexOf(data) + data.length);
            return { id: Number(id), ...(JSON.parse(data) as object) };
          }
          const { done, value } = (await reader?.read()) ?? { done: true, value: '' };
          if (done) throw new Error('the stream ended');
          text += value ?? '';
        }
      };
    };
    const synced = (accountId: string, sequence: number, videos: number, complete: boolean) =>
      JSON.stringify(
        eventEnvelope(SUBJECT.videosUpdate, 'ingestion', newMessageId(), new Date(), {
          version: 1,
          accountId,
          sequence,
          change: 'synced',
          videos: [],
          progress: { pages: Math.ceil(videos / 20), videos, complete },
        }),
      );

    it('begins with the stored state, then tells each event of the account once and in order', async () => {
      const person = await connected(gateway, 'code-live');
      const { manager } = ingestion;
      await manager.streams.add({ name: 'TIKTOK_EVENTS', subjects: [SUBJECT.videosUpdate, SUBJECT.accountsUpdate] });
      const controller = new AbortController();
      const next = await watch(person, controller.signal);
      expect(await next()).toMatchObject({ id: 0, state: 'connected', videos: 0 });
      const tell = (accountId: string, sequence: number, videos: number, complete = false) =>
        publish(ingestion, {
          subject: SUBJECT.videosUpdate,
          body: synced(accountId, sequence, videos, complete),
          messageId: newMessageId(),
        });
      await tell(person.accountId, 1, 20);
      expect(await next()).toMatchObject({ id: 1, state: 'syncing', videos: 20, pages: 1, library: true });
      await tell(other.accountId, 9, 500);
      await tell(person.accountId, 1, 20);
      await tell(person.accountId, 2, 37, true);
      expect(await next()).toMatchObject({ id: 2, videos: 37, complete: true });
      controller.abort();
    });
  });

  describe('disconnecting', () => {
    it('revokes with the creator and the reason, gives a receipt, and gives it again', async () => {
      const person = await connected(gateway, 'code-leaving');
      const { status, body } = await person.call('DELETE', `/api/accounts/${person.accountId}`, { reason: 'privacy' });
      expect(status).toBe(200);
      const receipt = Receipt.parse(body);
      expect(gateway.vault.revocations.at(-1)).toMatchObject({
        accountId: person.accountId,
        actor: { kind: 'creator', id: expect.stringMatching(/^usr_/) },
        reason: 'I do not want to share my videos here',
      });
      const again = await person.call('DELETE', `/api/accounts/${person.accountId}`, { reason: 'again' });
      expect(Receipt.parse(again.body)).toEqual(receipt);
      expect(gateway.vault.revocations.filter(({ accountId }) => accountId === person.accountId)).toHaveLength(1);
      const gone = await person.call('GET', `/api/accounts/${person.accountId}/videos`);
      expect([gone.status, ApiError.parse(gone.body).error.code]).toEqual([410, 'E_ACCOUNT_REVOKED']);
    });

    it('asks for a confirmation on the page, then shows the receipt', async () => {
      const { browser, accountId } = await connected(gateway, 'code-by-form');
      const form = `${gateway.url}/account/${accountId}/disconnect`;
      expect((await browser.get(form)).text).toContain(`action="/account/${accountId}/disconnect"`);
      const unconfirmed = await browser.post(form, { reason: 'other', comment: 'moving on' });
      expect(unconfirmed.status).toBe(422);
      expect(unconfirmed.text).toContain('Please tick the box');
      const confirmed = await browser.post(form, { reason: 'other', comment: 'moving\non', confirm: 'yes' });
      expect(confirmed.status).toBe(303);
      expect((await browser.follow(confirmed)).text).toContain('a3f1'.repeat(16));
      expect(gateway.vault.revocations.at(-1)?.reason).toBe('Another reason: moving on');
      const page = await browser.get(`${gateway.url}/account?account=${accountId}`);
      expect(page.location).toBe(`${gateway.url}/account/${accountId}/receipt`);
    });

    it('refuses a disconnect that another site sent, with or without a session', async () => {
      const { browser, accountId } = await connected(gateway, 'code-forged');
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, {}]) {
        const form = await browser.request(`${gateway.url}/account/${accountId}/disconnect`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
          body: 'confirm=yes',
        });
        expect(form.status).toBe(403);
      }
    });

    it('refuses a disconnect without a reason, and a body that is too large', async () => {
      const { call, accountId } = await connected(gateway, 'code-reasonless');
      expect((await call('DELETE', `/api/accounts/${accountId}`, {})).status).toBe(400);
      expect((await call('DELETE', `/api/accounts/${accountId}`, { reason: 'x'.repeat(70_000) })).status).toBe(413);
    });
  });
});
