import type { Platform } from '../platform/platform.ts';
import { makeAttempts, type Attempts } from './attempts.ts';
import { build } from './build.ts';
import { disconnectSample } from './disconnect-sample.ts';
import { leastCalls, type OnceReport } from './once-report.ts';
import type { Run } from './run.ts';
import { connectSample, describeSync, expectedVideos, watchRefresh, watchSync } from './sample-creator.ts';
import type { OpenSession } from './session.ts';
import type { CallSettings } from './settings.ts';

/** Of the demonstration there is exactly one round of fresh counts before the disconnect. */
const REFRESH_ROUNDS = 1;

type Facts = Omit<OnceReport, 'ok' | 'seconds' | 'missing'>;
const NOTHING: Facts = {
  videos: 0,
  pages: 0,
  events: 0,
  callsSeen: 0,
  leastCalls: 0,
  secondsToFirstVideo: 0,
  leftAfterDisconnect: null,
};

/**
 * Connects, syncs, refreshes, disconnects, looks for what is left, stops everything; only then reports. What goes wrong on
 * the way is a part of the report.
 */
export const runOnce = async (run: Run): Promise<OnceReport> => {
  const { session, narrator, ending } = run;
  const attempts = makeAttempts((what) => narrator.step(`Missing: ${what}`));
  const open = await attempts.attempt('the start', async () => {
    await ending.before(build());
    return session.open(run.platformOptions, run.onEvent);
  });
  const facts = open === undefined ? NOTHING : await demonstrate(run, open, attempts);
  const seconds = Number(((performance.now() - run.startedAt) / 1000).toFixed(1));
  narrator.step('Stopping: services finish what they have begun.');
  for (const fault of await session.close()) attempts.miss(`a clean end: ${fault}`);
  const { missing } = attempts;
  return { ok: missing.length === 0, ...facts, seconds, ...(missing.length === 0 ? {} : { missing }) };
};

const demonstrate = async (run: Run, { platform, events }: OpenSession, attempts: Attempts): Promise<Facts> => {
  const { creator, calls, narrator, ending } = run;
  const { signal } = ending;
  const stage = <T>(what: string, work: () => Promise<T>) => attempts.attempt(what, () => ending.before(work()));

  const expected = await stage('the creator', () => expectedVideos(platform.tiktok, creator));
  if (expected === undefined) return NOTHING;
  narrator.step(`Connecting @${creator}: hand-off page, consent, callback.`);
  const sample = await stage('the connection', () => connectSample(platform, creator));
  if (sample === undefined) return NOTHING;
  const synced = await stage('the sync', () => watchSync(platform, sample, expected, narrator, signal));
  if (synced !== undefined) {
    narrator.step(describeSync(synced, expected));
    if (synced.videos !== expected) attempts.miss(`${expected - synced.videos} of ${expected} videos`);
    const refreshed = await stage('fresh counts', () => watchRefresh(platform, sample.accountId, new Date(), signal));
    if (refreshed !== undefined) narrator.step(`Counts of ${refreshed} videos refreshed from their schedule.`);
  }
  const left = await disconnectSample(platform, sample, attempts, signal);
  if (left === 0) narrator.step('Disconnected: nothing of the creator is left.');
  if (events.count === 0) attempts.miss('events');
  return {
    ...NOTHING,
    ...(synced ?? {}),
    events: events.count,
    ...(await countCalls(platform, synced?.videos, calls, attempts)),
    leftAfterDisconnect: left,
  };
};

const countCalls = async (
  platform: Platform,
  videos: number | undefined,
  { pageSize, batchSize }: CallSettings,
  { attempt, miss }: Attempts,
): Promise<Pick<Facts, 'callsSeen' | 'leastCalls'>> => {
  const seen = await attempt('the count of calls', async () => (await platform.tiktok?.summary())?.total ?? 0);
  const least = videos === undefined ? 0 : leastCalls(videos, pageSize, batchSize, REFRESH_ROUNDS);
  if (seen !== undefined && seen < least) miss(`calls: the fake saw ${seen}, ${least} are the least possible`);
  return { callsSeen: seen ?? 0, leastCalls: least };
};
