import { build } from './build.ts';
import { describeCalls } from './call-summary.ts';
import { Interrupted } from './ending.ts';
import type { Run } from './run.ts';
import { connectSample, describeSync, expectedVideos, watchSync } from './sample-creator.ts';
import type { OpenSession } from './session.ts';

/**
 * Shows what there is to see and stays up until asked to end. Everything is stopped however that comes.
 * @returns true if it was asked to end, and all ended as it should
 */
export const stayUp = async (run: Run): Promise<boolean> => {
  const { session, narrator } = run;
  const reason: unknown = await show(run).catch((error: unknown) => error);
  const asked = reason instanceof Interrupted;
  if (!asked) narrator.step(reason instanceof Error ? reason.message : String(reason));
  narrator.step('Stopping: services finish what they have begun.');
  const faults = await session.close();
  for (const fault of faults) narrator.step(fault);
  return asked && faults.length === 0;
};

/** Never comes to an end by itself. */
const show = async (run: Run): Promise<never> => {
  const { session, ending, narrator } = run;
  await ending.before(build());
  const open = await session.open(run.platformOptions, run.onEvent);
  if (open.platform.tiktok !== undefined) await ending.before(showSample(run, open));
  const { tiktok, publicOrigin, gatewayUrl } = open.platform;
  const invitation = tiktok === undefined ? 'Connect a creator' : 'Connect another creator';
  narrator.step(`${invitation}: ${publicOrigin}/connect   (Ctrl-C stops everything)`);
  if (publicOrigin !== gatewayUrl) narrator.step(`${publicOrigin} must lead to ${gatewayUrl}.`);
  return ending.before(new Promise<never>(() => undefined));
};

const showSample = async (run: Run, { platform, events }: OpenSession): Promise<void> => {
  const { creator, narrator, ending, calls } = run;
  const expected = await expectedVideos(platform.tiktok, creator);
  narrator.step(`Connecting @${creator}: hand-off page, consent, callback.`);
  const sample = await connectSample(platform, creator);
  narrator.step(describeSync(await watchSync(platform, sample, expected, narrator, ending.signal), expected));
  const summary = await platform.tiktok?.summary();
  if (summary !== undefined) narrator.step(`${events.count} events heard; ${describeCalls(summary, calls)}.`);
};
