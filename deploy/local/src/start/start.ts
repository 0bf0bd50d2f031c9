import type { FakeTikTokControl } from '../journey/fake-tiktok.ts';
import { findFreePort } from '../processes/free-port.ts';
import { readTikTokSettings } from '../platform/tiktok-settings.ts';
import { makeEnding } from './ending.ts';
import { describeEvent } from './event-listener.ts';
import { catchInterruption } from './interruption.ts';
import type { Narrator } from './narrator.ts';
import { WrongUsage, type StartOptions } from './options.ts';
import { runOnce } from './run-once.ts';
import { expectedVideos } from './sample-creator.ts';
import { makeSession } from './session.ts';
import { readCallSettings } from './settings.ts';
import { stayUp } from './stay-up.ts';

const DEFAULT_PORT = 8080;
/** Soon enough to be watched, instead of a quarter of an hour. */
const WATCHABLE_REFRESH_MS = '10000';
const ONCE_AT_THE_REAL_TIKTOK =
  '--once is for the fake TikTok: at the real one, which TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET lead to, only a person can consent';

/**
 * Runs the platform as asked; resolves with the exit status once everything has stopped.
 * @throws ConfigurationFault or WrongUsage, before anything is started
 */
export const start = async (options: StartOptions, narrator: Narrator): Promise<number> => {
  const startedAt = performance.now();
  const calls = readCallSettings(process.env);
  const { real } = readTikTokSettings(process.env);
  if (options.once && real !== undefined) throw new WrongUsage(ONCE_AT_THE_REAL_TIKTOK);
  const ending = makeEnding();
  catchInterruption(ending);
  narrator.step('Compiling what changed.');
  const run = {
    creator: options.creator,
    calls,
    platformOptions: {
      environment: { TIKTOK_METRICS_REFRESH_INTERVAL_MS: WATCHABLE_REFRESH_MS, ...process.env },
      gatewayPort: options.port ?? (await findFreePort(DEFAULT_PORT)),
      onStep: (text: string) => narrator.step(text),
      // A creator that is not there is not waited for until everything else is.
      onTikTok: async (tiktok: FakeTikTokControl) => void (await expectedVideos(tiktok, options.creator)),
    },
    session: makeSession(ending),
    ending,
    narrator,
    startedAt,
    onEvent: (event: Parameters<typeof describeEvent>[0]) => narrator.detail(describeEvent(event)),
  };
  if (!options.once) return (await stayUp(run)) ? 0 : 1;
  const report = await runOnce(run);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return report.ok ? 0 : 1;
};
