import { setTimeout as sleep } from 'node:timers/promises';
import { remainsOf } from '../journey/remains.ts';
import type { Platform } from '../platform/platform.ts';
import type { EventListener } from './event-listener.ts';
import type { Narrator } from './narrator.ts';
import { leastCalls, type OnceReport } from './once-report.ts';
import { watchRefresh, type SampleCreator, type Synced } from './sample-creator.ts';

const PAGE_SIZE = 20;
const ERASED_WITHIN_MS = 30_000;

export interface OnceInputs {
  readonly platform: Platform;
  readonly sample: SampleCreator;
  readonly synced: Synced;
  readonly syncedAt: Date;
  readonly expected: number | undefined;
  readonly events: EventListener;
  readonly narrator: Narrator;
  readonly startedAt: number;
}

const leftOf = async ({ platform, sample }: OnceInputs): Promise<Readonly<Record<string, number>>> => {
  const options = {
    mongoUri: platform.backing.mongoUri,
    accountId: sample.accountId,
    ...(sample.openId === undefined ? {} : { openId: sample.openId }),
    natsUrl: platform.backing.natsUrl,
    seeds: {
      ingestion: platform.natsSeedOf('ingestion'),
      'metrics-refresher': platform.natsSeedOf('metrics-refresher'),
    },
  };
  const end = performance.now() + ERASED_WITHIN_MS;
  for (;;) {
    const { places, total } = await remainsOf(options);
    if (total === 0 || performance.now() > end) return places;
    await sleep(200);
  }
};

/** Refreshes, disconnects, looks for what is left, and says what was missing. */
export const runOnce = async (inputs: OnceInputs): Promise<OnceReport> => {
  const { platform, sample, synced, narrator, events } = inputs;
  const missing: string[] = [];
  if (inputs.expected !== undefined && synced.videos !== inputs.expected) {
    missing.push(`${inputs.expected - synced.videos} of ${inputs.expected} videos`);
  }
  const refreshed = await watchRefresh(platform, sample.accountId, inputs.syncedAt);
  narrator.step(`Counts of ${refreshed} videos refreshed from their schedule.`);

  const { status } = await sample.api.disconnect(sample.accountId, 'end of the demonstration');
  if (status !== 200) missing.push(`the disconnect (it answered ${status})`);
  const left = await leftOf(inputs);
  const leftAfterDisconnect = Object.values(left).reduce((sum, count) => sum + count, 0);
  for (const [place, count] of Object.entries(left)) if (count > 0) missing.push(`erasure of ${place} (${count} left)`);
  narrator.step(
    leftAfterDisconnect === 0
      ? 'Disconnected: nothing of the creator is left.'
      : 'Disconnected, but something is left.',
  );

  const calls = await platform.tiktok?.summary();
  const least = leastCalls(synced.videos, PAGE_SIZE, PAGE_SIZE, 1);
  if (calls !== undefined && calls.total < least) missing.push('calls that the fake should have seen');
  if (events.count === 0) missing.push('events');
  return {
    ok: missing.length === 0,
    videos: synced.videos,
    pages: synced.pages,
    events: events.count,
    callsSeen: calls?.total ?? 0,
    leastCalls: least,
    secondsToFirstVideo: Number(synced.secondsToFirstVideo.toFixed(3)),
    seconds: Number(((performance.now() - inputs.startedAt) / 1000).toFixed(1)),
    leftAfterDisconnect,
    ...(missing.length === 0 ? {} : { missing }),
  };
};
