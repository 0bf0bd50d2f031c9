import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAM } from '@trendpot/contracts';
import { connectMessaging, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { eventually, startTestPlatform, type ConnectedCreator, type TestPlatform } from '@trendpot/testing';

const PER_MINUTE = 12;
const BACKGROUND = 9;
const MINUTE_MS = 60_000;

let test: TestPlatform;
let ingestion: Messaging;
beforeAll(async () => {
  test = await startTestPlatform({
    environment: {
      TIKTOK_RATE_LIMIT_PER_MIN: String(PER_MINUTE),
      TIKTOK_INGESTION_RATE_LIMIT_PER_MIN: String(BACKGROUND),
      TIKTOK_METRICS_REFRESH_INTERVAL_MS: '1000',
      TIKTOK_INGESTION_CONCURRENCY: '4',
    },
  });
  const seed = test.platform.natsSeedOf('ingestion');
  ingestion = await connectMessaging({
    url: test.platform.backing.natsUrl,
    user: 'ingestion',
    ...(seed === undefined ? {} : { seed: secret(seed) }),
  });
}, 120_000);
afterAll(async () => {
  await ingestion?.connection.close();
  await test?.stop();
}, 60_000);

const permitsOfTheDay = async (): Promise<number> =>
  (await ingestion.manager.streams.info(STREAM.permitsDay)).state.messages;
const callsSeen = async (): Promise<number> => (await test.tiktok.summary()).total;

/** Asks for live pages until one is refused; every one before it was a call. */
const askUntilRefused = async ({ api, accountId }: ConnectedCreator): Promise<string> => {
  for (let asked = 0; asked <= PER_MINUTE; asked += 1) {
    const { status, body } = await api.call<{ error?: { code: string } }>(
      'GET',
      `/api/accounts/${accountId}/videos/live`,
    );
    if (status !== 200) return body.error?.code ?? String(status);
  }
  return 'none was refused';
};

describe('every call of the five services', () => {
  it('has its permit: TikTok sees as many as were taken, of every kind, and never more than a minute may hold', async () => {
    await test.tiktok.post('/creators', { handle: 'few', videos: 5 });
    await test.tiktok.post('/creators', { handle: 'many', videos: 400 });
    const few = await test.connect({ creator: 'few' });
    await test.untilState(few.accountId, 'healthy');
    await eventually(async () => (await test.tiktok.calls('/v2/video/data/')).length > 0, { what: 'a refresh' });
    await test.connect({ creator: 'many' });
    await eventually(async () => (await callsSeen()) > BACKGROUND, { what: 'a background share that is spent' });

    expect(await askUntilRefused(few)).toBe('E_PERMIT_UNAVAILABLE');
    const { byRoute, maxInWindow } = await test.tiktok.summary(MINUTE_MS);
    expect(Object.keys(byRoute).sort()).toEqual(['/v2/video/data/', '/v2/video/list/']);
    expect(maxInWindow).toBeGreaterThan(BACKGROUND);
    expect(maxInWindow).toBeLessThanOrEqual(PER_MINUTE);
    // A permit that somebody holds while another ceiling is asked goes back at once.
    await eventually(async () => (await permitsOfTheDay()) === (await callsSeen()), {
      what: 'as many permits of the day as calls',
    });
  });
});
