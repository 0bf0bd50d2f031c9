import { once } from 'node:events';
import { findFreePort } from '../processes/free-port.ts';
import { startPlatform, type Platform } from '../platform/platform.ts';
import { build } from './build.ts';
import { describeEvent, listenToEvents } from './event-listener.ts';
import type { Narrator } from './narrator.ts';
import type { StartOptions } from './options.ts';
import { runOnce } from './run-once.ts';
import { connectSample, watchSync } from './sample-creator.ts';

const DEFAULT_PORT = 8080;
/** Soon enough to be watched, instead of a quarter of an hour. */
const WATCHABLE_REFRESH_MS = '10000';

const portOf = async ({ port }: StartOptions): Promise<number> => port ?? (await findFreePort(DEFAULT_PORT));

const expectedVideos = async (platform: Platform, handle: string): Promise<number | undefined> => {
  const creators = await platform.tiktok?.get<{ handle: string; videos: number }[]>('/creators');
  return creators?.find((creator) => creator.handle === handle)?.videos;
};

const interrupted = async (): Promise<void> => {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
};

/** Runs the platform as asked; resolves with the exit status once everything has stopped. */
export const start = async (options: StartOptions, narrator: Narrator): Promise<number> => {
  const startedAt = performance.now();
  narrator.step('Compiling what changed.');
  await build();
  await using platform = await startPlatform({
    environment: { TIKTOK_METRICS_REFRESH_INTERVAL_MS: WATCHABLE_REFRESH_MS, ...process.env },
    gatewayPort: await portOf(options),
    onStep: (text) => narrator.step(text),
  });
  const stopped = interrupted();
  const events = await listenToEvents(platform, (event) => narrator.detail(describeEvent(event)));
  const done = platform.tiktok === undefined ? await guidePerson(platform, narrator) : await demonstrate();
  if (done !== undefined) {
    await events.stop();
    return done;
  }
  await stopped;
  narrator.step('Stopping: services finish what they have begun.');
  await events.stop();
  return 0;

  async function demonstrate(): Promise<number | undefined> {
    const expected = await expectedVideos(platform, options.creator);
    if (expected === undefined) throw new Error(`the fake TikTok has no creator called ${options.creator}`);
    narrator.step(`Connecting @${options.creator}: hand-off page, consent, callback.`);
    const sample = await connectSample(platform, options.creator);
    const synced = await watchSync(platform, sample, expected, narrator);
    const syncedAt = new Date();
    narrator.step(
      `${synced.videos} of ${expected} videos stored, ${synced.pages} pages, the first after ${synced.secondsToFirstVideo.toFixed(2)} s.`,
    );
    if (options.once) {
      const report = await runOnce({ platform, sample, synced, syncedAt, expected, events, narrator, startedAt });
      process.stdout.write(`${JSON.stringify(report)}\n`);
      return report.ok ? 0 : 1;
    }
    const calls = await platform.tiktok?.summary();
    narrator.step(
      `${events.count} events heard; ${calls?.total ?? 0} of 100 calls a minute and of 5,000 a day used, at most ${calls?.maxInFlight ?? 0} of 5 at once.`,
    );
    narrator.step(`Connect another creator: ${platform.gatewayUrl}/connect   (Ctrl-C stops everything)`);
    return undefined;
  }
};

const guidePerson = async (platform: Platform, narrator: Narrator): Promise<undefined> => {
  narrator.step(`Connect a creator: ${platform.gatewayUrl}/connect   (Ctrl-C stops everything)`);
  return undefined;
};
