import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { PlatformEvent } from '@trendpot/contracts';
import { subscribe, type EventSubscription } from '@trendpot/events';
import { remainsOf, type Remains } from '@trendpot/local-platform';
import { findAuditEntries } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';
import { eventually, startTestPlatform, type ConnectedCreator, type TestPlatform } from '@trendpot/testing';

jest.setTimeout(60_000);

let test: TestPlatform;
const heard: PlatformEvent[] = [];
let subscription: EventSubscription;

beforeAll(async () => {
  test = await startTestPlatform();
  const seed = test.platform.natsSeedOf('subscriber');
  subscription = await subscribe({
    url: test.platform.backing.natsUrl,
    ...(seed === undefined ? {} : { credentials: secret(seed) }),
    durable: 'disconnect-flow',
    from: 'beginning',
    handler: async (event) => void heard.push(event),
  });
}, 120_000);
afterAll(async () => {
  await subscription.stop();
  await test.stop();
}, 60_000);

const connected = async (handle: string, videos: number): Promise<ConnectedCreator & { openId: string }> => {
  const { openId } = await test.tiktok.post<{ openId: string }>('/creators', { handle, videos });
  const creator = await test.connect({ creator: handle });
  await test.untilState(creator.accountId, 'healthy');
  return { ...creator, openId };
};

const remains = (accountId: string, openId: string): Promise<Remains> =>
  remainsOf({
    mongoUri: test.platform.backing.mongoUri,
    accountId,
    openId,
    natsUrl: test.platform.backing.natsUrl,
    seedOf: (user) => test.platform.natsSeedOf(user),
  });

const untilNothingIsLeft = (accountId: string, openId: string) =>
  eventually(async () => (await remains(accountId, openId)).total === 0, {
    withinMs: 20_000,
    everyMs: 250,
    what: 'an empty account',
  });

const grantOf = async (handle: string) =>
  (await test.tiktok.get<{ creator: string; revoked: boolean }[]>('/grants')).find(({ creator }) => creator === handle);

const disconnectsOf = (accountId: string) =>
  Array.fromAsync(findAuditEntries(test.collections, { accountId, action: 'account.disconnect', outcome: 'done' }));

describe('disconnecting', () => {
  it('revokes at TikTok, erases everything here, tells subscribers, and says who and why', async () => {
    const { api, accountId, openId } = await connected('leaver', 45);
    // Schedules leave through the outbox, a moment after the account says that it is healthy.
    await eventually(async () => (await remains(accountId, openId)).places['outbox'] === 0, {
      what: 'an empty outbox',
    });
    const { places } = await remains(accountId, openId);
    expect(places).toMatchObject({
      ...{ videos: 45, tiktok_accounts: 1, users: 1 },
      ...{ 'sync jobs and schedules': 1, 'refresh jobs and schedules': 1 },
    });
    // Connected, three pages of 20, healthy: whatever they say of the creator is known to lie there.
    expect(places['events']).toBeGreaterThanOrEqual(4);
    expect(places['published_events']).toBe(places['events']);

    const answer = await api.disconnect(accountId, 'moving to another platform');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ state: 'revoked' });

    expect(await grantOf('leaver')).toMatchObject({ revoked: true });
    await untilNothingIsLeft(accountId, openId);
    await eventually(() => heard.find(({ data }) => data.accountId === accountId && data.change === 'pruned'), {
      what: 'the pruned event',
    });
    expect(await disconnectsOf(accountId)).toMatchObject([
      { outcome: 'done', reason: 'moving to another platform', actor: { kind: 'creator' } },
    ]);
  });

  it('tells subscribers of the end after everything before it', async () => {
    const { api, accountId } = await connected('orderly', 30);
    await api.disconnect(accountId, 'order');
    await eventually(() => heard.find(({ data }) => data.accountId === accountId && data.change === 'pruned'));
    const changes = heard
      .filter(({ type, data }) => type === 'tiktok.videos.update' && data.accountId === accountId)
      .map(({ data }) => data.change);
    expect(changes.at(-1)).toBe('pruned');
    expect(changes.slice(0, -1)).not.toContain('pruned');
  });

  it('is the same when asked for twice', async () => {
    const { api, accountId } = await connected('twice', 3);
    const first = await api.disconnect(accountId, 'once');
    const second = await api.disconnect(accountId, 'again');
    expect(first.status).toBe(200);
    expect([200, 404, 410]).toContain(second.status);
    expect(await disconnectsOf(accountId)).toHaveLength(1);
  });

  it('follows when TikTok says that the creator left, whatever the number of deliveries', async () => {
    const { accountId, openId } = await connected('gone', 25);
    const { statuses } = await test.tiktok.post<{ statuses: number[] }>('/webhooks', {
      target: `${test.platform.gatewayUrl}/webhooks/tiktok`,
      creator: 'gone',
      content: { reason: 1 },
      deliveries: 2,
    });
    expect(statuses).toEqual([200, 200]);
    await untilNothingIsLeft(accountId, openId);
    expect(await disconnectsOf(accountId)).toMatchObject([{ actor: { kind: 'tiktok' } }]);
  });

  it('believes no webhook with a wrong or old signature', async () => {
    const { accountId } = await connected('loyal', 2);
    for (const trick of [{ badSignature: true }, { staleSeconds: 4000 }]) {
      const { statuses } = await test.tiktok.post<{ statuses: number[] }>('/webhooks', {
        target: `${test.platform.gatewayUrl}/webhooks/tiktok`,
        creator: 'loyal',
        ...trick,
      });
      expect(new Set(statuses)).toEqual(new Set([401]));
    }
    expect((await test.collections.accounts.findOne({ _id: accountId }))?.state).toBe('healthy');
  });

  it('ends a sync that is under way, and nothing of it is stored afterwards', async () => {
    const { openId } = await test.tiktok.post<{ openId: string }>('/creators', { handle: 'hasty', videos: 200 });
    await test.tiktok.post('/hold-next', { route: '/v2/video/list/', id: 'page' });
    const { api, accountId } = await test.connect({ creator: 'hasty' });
    expect(await test.tiktok.get('/held/page')).toEqual({ held: true });
    expect((await api.disconnect(accountId, 'changed my mind')).status).toBe(200);
    await test.tiktok.post('/release/page');
    await untilNothingIsLeft(accountId, openId);
    expect(await test.collections.videos.countDocuments({ accountId })).toBe(0);
  });

  it('lets the creator come back as somebody new', async () => {
    const before = await connected('returner', 21);
    await before.api.disconnect(before.accountId, 'a break');
    await untilNothingIsLeft(before.accountId, before.openId);
    const after = await test.connect({ creator: 'returner', browser: before.browser });
    expect(after.accountId).not.toBe(before.accountId);
    await test.untilState(after.accountId, 'healthy');
    expect(await test.collections.videos.countDocuments({ accountId: after.accountId })).toBe(21);
  });
});
