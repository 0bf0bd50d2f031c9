import { PlatformError, type RefreshJob, type SyncJob } from '@trendpot/contracts';
import type { JobFailurePolicy } from '@trendpot/messaging';
import type { Meters } from '@trendpot/observability';

type AnyJob = SyncJob | RefreshJob;
type Counters = Pick<Meters, 'add'>;

/** The same policy, counting what becomes of the jobs it is asked about. */
export const countedPolicy = (policy: JobFailurePolicy<AnyJob>, meters: Counters): JobFailurePolicy<AnyJob> => {
  const { queue, onNeedsConsent } = policy;
  const count = (outcome: string) => meters.add('tiktok_jobs_total', { queue, outcome });
  return {
    ...policy,
    scheduleSubject: (job) => policy.scheduleSubject(job),
    onFailed: async (letter, job) => {
      await policy.onFailed(letter, job);
      count('dead');
      meters.add('tiktok_dead_letters_total', { queue, code: letter.code });
    },
    onRetry: (job, error, at) => {
      count('retried');
      policy.onRetry?.(job, error, at);
    },
    ...(onNeedsConsent === undefined
      ? {}
      : {
          onNeedsConsent: async (job, error) => {
            await onNeedsConsent.call(policy, job, error);
            count('needs_consent');
          },
        }),
  };
};

/** Counts the jobs that end without the policy being asked: those done and those whose subject is gone. */
export const countedJob = async (
  work: () => Promise<unknown>,
  queue: JobFailurePolicy<AnyJob>['queue'],
  meters: Counters,
): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof PlatformError && error.verdict === 'drop') {
      meters.add('tiktok_jobs_total', { queue, outcome: 'dropped' });
    }
    throw error;
  }
  meters.add('tiktok_jobs_total', { queue, outcome: 'done' });
};
