import { setTimeout as delay } from 'node:timers/promises';
import { toPlatformError } from '@trendpot/contracts';
import type { JobFailurePolicy } from './failure-policy.ts';
import type { Job } from './job.ts';

const ASK_AGAIN_MS = 1_000;

/**
 * Whether a job that failed is still to be done. While the service's store does not answer, the job could not be done
 * either, so this waits for it; only `signal` ends that, with its reason.
 */
export const stillCounts = async <J extends Job>(
  job: J,
  policy: JobFailurePolicy<J>,
  signal: AbortSignal,
): Promise<boolean> => {
  for (;;) {
    try {
      return (await policy.stillCounts?.(job)) ?? true;
    } catch (error) {
      if (toPlatformError(error).code !== 'E_UNAVAILABLE') throw error;
      await delay(ASK_AGAIN_MS, undefined, { signal });
    }
  }
};
