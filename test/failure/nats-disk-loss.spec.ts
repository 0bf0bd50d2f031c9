import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONSUMERS, SERVICES, STREAMS, type NatsUser, type PlatformEvent, type ServiceName } from '@trendpot/contracts';
import { subscribe, type EventSubscription } from '@trendpot/events';
import { connectMessaging, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { eventually, loseDisk, startTestPlatform, type ConnectedCreator, type TestPlatform } from '@trendpot/testing';
import { readEvents } from '../pipeline/read-events.ts';

/** What was forgotten of the calls still counts at TikTok for a minute, in which nobody calls. */
const COOLED_DOWN_WITHIN_MS = 120_000;
const VIDEOS = 25;

let test: TestPlatform;
let subscription: EventSubscription;
let before: ConnectedCreator;
const heard: PlatformEvent[] = [];
const opened: Messaging[] = [];

const connectAs = async (user: NatsUser): Promise<Messaging> => {
  const seed = test.platform.natsSeedOf(user) ?? '';
  const messaging = await connectMessaging({ url: test.platform.backing.natsUrl, user, seed: secret(seed) });
  opened.push(messaging);
  return messaging;
};
const connected = async (handle: string): Promise<ConnectedCreator> => {
  await test.tiktok.post('/creators', { handle, videos: VIDEOS });
  return test.connect({ creator: handle });
};
/** Names of the checks that fail; none when the service is ready. */
const failingOf = async (name: ServiceName): Promise<readonly string[]> => {
  const response = await fetch(`${test.platform.service(name).url}/readyz`);
  return ((await response.json()) as { failing?: readonly string[] }).failing ?? [];
};
const heardOf = (accountId: string, change: string): boolean =>
  heard.some(({ data }) => data.accountId === accountId && data.change === change);

beforeAll(async () => {
  test = await startTestPlatform({ environment: { TIKTOK_METRICS_REFRESH_INTERVAL_MS: '2000' } });
  const messaging = await connectAs('subscriber');
  const handler = (event: PlatformEvent): void => void heard.push(event);
  subscription = await subscribe({ messaging, durable: 'after-the-loss', from: 'now', handler });
  before = await connected('before');
  await test.untilState(before.accountId, 'healthy');
  await eventually(() => heardOf(before.accountId, 'metrics'), { what: 'fresh counts' });
}, 180_000);
afterAll(async () => {
  await (subscription as EventSubscription | undefined)?.stop();
  await Promise.all(opened.map((messaging) => messaging.close()));
  await (test as TestPlatform | undefined)?.stop();
}, 60_000);

describe('a NATS that comes back without its disk, while every service runs on', () => {
  it('makes those not ready who need what is not there again', async () => {
    const { nats } = test.platform.backing;
    if (nats === undefined) throw new Error('this NATS is not ours to break');
    // The streams of ingestion stay away for as long as it stands still.
    test.platform.service('ingestion').pause();
    await loseDisk(nats);
    await eventually(async () => (await failingOf('metrics-refresher')).includes('topology'), {
      what: 'metrics-refresher saying so',
    });
    test.platform.service('ingestion').resume();
    for (const name of SERVICES) {
      await eventually(async () => (await failingOf(name)).length === 0, {
        what: `${name} being ready`,
        withinMs: 30_000,
      });
    }
  }, 90_000);

  it('has every stream and consumer again, made by their owners', async () => {
    for (const owner of SERVICES) {
      const { manager } = await connectAs(owner);
      for (const { name } of STREAMS.filter((stream) => stream.owner === owner)) {
        expect((await manager.streams.info(name)).config.name).toBe(name);
      }
      for (const { name, stream } of CONSUMERS.filter((consumer) => consumer.owner === owner)) {
        expect((await manager.consumers.info(stream, name)).name).toBe(name);
      }
    }
  });

  it('serves a new creator from the first page to fresh counts, and whoever subscribed before hears of it', async () => {
    const { accountId } = await connected('after');
    await test.untilState(accountId, 'healthy', COOLED_DOWN_WITHIN_MS);
    expect(await test.collections.videos.countDocuments({ accountId })).toBe(VIDEOS);
    await eventually(() => heardOf(accountId, 'metrics'), { what: 'fresh counts', withinMs: 30_000 });
    for (const change of ['connected', 'synced']) expect(heardOf(accountId, change)).toBe(true);
  }, 180_000);

  it('erases whoever disconnects, and nothing of others under the numbers of what was lost', async () => {
    const { publishedEvents, videos } = test.collections;
    const { accountId } = before;
    const others = await publishedEvents.distinct('eventId', { accountId: { $ne: accountId } });
    const { status } = await before.api.disconnect(accountId, 'enough');
    expect(status).toBe(200);
    await eventually(async () => (await publishedEvents.countDocuments({ accountId, erasable: true })) === 0, {
      what: 'the end of the erasure',
    });
    await eventually(() => heardOf(accountId, 'revoked'), { what: 'word of it' });
    expect(await videos.countDocuments({ accountId })).toBe(0);
    const left = (await readEvents(await connectAs('subscriber'))).map(({ id }) => id);
    expect(left).toEqual(expect.arrayContaining(others));
  }, 60_000);
});
