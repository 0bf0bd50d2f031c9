import { setTimeout as sleep } from 'node:timers/promises';
import { remainsOf, type Remains } from '../journey/remains.ts';
import type { Platform } from '../platform/platform.ts';
import type { Attempts } from './attempts.ts';
import type { SampleCreator } from './sample-creator.ts';

const ERASED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 200;

const untilNothingIsLeft = async (
  platform: Platform,
  { accountId, openId }: SampleCreator,
  signal: AbortSignal,
): Promise<Remains> => {
  const options = {
    mongoUri: platform.backing.mongoUri,
    accountId,
    ...(openId === undefined ? {} : { openId }),
    natsUrl: platform.backing.natsUrl,
    seedOf: (user: 'ingestion' | 'metrics-refresher' | 'subscriber') => platform.natsSeedOf(user),
  };
  const end = performance.now() + ERASED_WITHIN_MS;
  for (;;) {
    const remains = await remainsOf(options);
    if (remains.total === 0 || performance.now() > end || signal.aborted) return remains;
    await sleep(LOOK_EVERY_MS);
  }
};

/**
 * Disconnects the creator, whatever went wrong before, and looks for what is left of them.
 * @returns how much that is; null when nobody could look
 */
export const disconnectSample = async (
  platform: Platform,
  sample: SampleCreator,
  { attempt, miss }: Attempts,
  signal: AbortSignal,
): Promise<number | null> => {
  const answer = await attempt('the disconnect', () =>
    sample.api.disconnect(sample.accountId, 'end of the demonstration'),
  );
  if (answer !== undefined && answer.status !== 200) miss(`the disconnect: it was answered with ${answer.status}`);
  const remains = await attempt('a look at what is left', () => untilNothingIsLeft(platform, sample, signal));
  for (const [place, count] of Object.entries(remains?.places ?? {})) {
    if (count > 0) miss(`erasure of ${place} (${count} left)`);
  }
  return remains?.total ?? null;
};
