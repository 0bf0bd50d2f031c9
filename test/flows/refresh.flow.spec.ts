import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { subscribe, type EventSubscription } from '@trendpot/events';
import type { PlatformEvent } from '@trendpot/contracts';
import { secret } from '@trendpot/secrets';
import { eventually, startTestPlatform, type ConnectedCreator, type TestPlatform } from '@trendpot/testing';

const BATCH = 20;
const VIDEOS = 45;

let test: TestPlatform;
let creator: ConnectedCreator;
const heard: PlatformEvent[] = [];
let subscription: EventSubscription;

beforeAll(async () => {
  test = await startTestPlatform({
    settings: {
      ingestion: { TIKTOK_METRICS_REFRESH_INTERVAL_MS: '2000' },
      'metrics-refresher': {
        TIKTOK_METRICS_REFRESH_INTERVAL_MS: '2000',
        TIKTOK_INGESTION_METRICS_BATCH_SIZE: String(BATCH),
      },
    },
    knobs: { countGrowth: 5 },
  });
  const seed = test.platform.natsSeedOf('subscriber');
  subscription = await subscribe({
    url: test.platform.backing.natsUrl,
    ...(seed === undefined ? {} : { credentials: secret(seed) }),
    durable: 'refresh-flow',
    from: 'beginning',
    handler: async (event) => void heard.push(event),
  });
  await test.tiktok.post('/creators', { handle: 'refreshed', videos: VIDEOS });
  creator = await test.connect({ creator: 'refreshed' });
  await test.untilState(creator.accountId, 'healthy');
}, 120_000);
afterAll(async () => {
  await subscription.stop();
  await test.stop();
}, 60_000);

const stored = () => test.collections.videos.find({ accountId: creator.accountId }).toArray();
const dataCalls = async () =>
  (await test.tiktok.calls('/v2/video/data/')).filter((call) => call.creator === 'refreshed');

describe('refreshing metrics', () => {
  it('begins by itself, from a schedule in JetStream, and brings every count up to date', async () => {
    const before = new Map((await stored()).map((video) => [video.tiktokVideoId, video.counts.views ?? 0]));
    await eventually(
      async () =>
        (await stored()).every(({ tiktokVideoId, counts }) => (counts.views ?? 0) > (before.get(tiktokVideoId) ?? 0)),
      {
        withinMs: 30_000,
        what: 'every count growing',
      },
    );
  });

  it('asks in batches, as few calls as the library needs', async () => {
    await eventually(async () => (await dataCalls()).length >= 3, { what: 'a whole round' });
    const account = await test.collections.accounts.findOne({ _id: creator.accountId });
    const rounds = Math.ceil((await dataCalls()).length / Math.ceil(VIDEOS / BATCH));
    expect((await dataCalls()).length).toBeLessThanOrEqual((rounds + 1) * Math.ceil(VIDEOS / BATCH));
    expect(account?.state).toBe('healthy');
  });

  it('tells subscribers, with the counts', async () => {
    const event = await eventually(
      () => heard.find(({ type, data }) => type === 'tiktok.videos.update' && data.change === 'metrics'),
      { what: 'a metrics event' },
    );
    expect(event.data).toMatchObject({ accountId: creator.accountId, version: 1 });
  });

  it('fires again, round after round', async () => {
    const calls = (await dataCalls()).length;
    await eventually(async () => (await dataCalls()).length >= calls + 3, { withinMs: 30_000, what: 'another round' });
  });

  it('leaves a count as it was when TikTok leaves it out', async () => {
    await test.tiktok.knobs({ countsMissing: ['like_count'] });
    const calls = (await dataCalls()).length;
    await eventually(async () => (await dataCalls()).length >= calls + 6, { withinMs: 30_000, what: 'two rounds' });
    const likes = new Map((await stored()).map((video) => [video.tiktokVideoId, video.counts.likes]));
    const views = new Map((await stored()).map((video) => [video.tiktokVideoId, video.counts.views]));
    await eventually(
      async () => (await stored()).every(({ tiktokVideoId, counts }) => counts.views !== views.get(tiktokVideoId)),
      {
        withinMs: 30_000,
        what: 'views growing on',
      },
    );
    for (const video of await stored()) {
      expect(video.counts.likes).toBe(likes.get(video.tiktokVideoId));
      expect(video.counts.likes).toBeDefined();
    }
    await test.tiktok.knobs({ countsMissing: [] });
  });

  it('numbers the events of an account without a gap', async () => {
    const sequences = heard.filter(({ data }) => data.accountId === creator.accountId).map(({ data }) => data.sequence);
    expect(new Set(sequences).size).toBe(sequences.length);
    expect([...sequences].sort((left, right) => left - right)).toEqual(sequences);
  });
});
