import type { PlatformError, RefreshJob, SyncJob } from '@trendpot/contracts';
import type { JobFailurePolicy } from '@trendpot/messaging';
import type { Meters } from '@trendpot/observability';

/** What the domain of a worker does about a job that failed. */
export interface JobFailures<J extends SyncJob | RefreshJob> {
  readonly queue: 'sync' | 'refresh';
  readonly backoffMs: number;
  readonly scheduleSubject: (job: J) => string;
  readonly giveUpJob: JobFailurePolicy<J>['onFailed'];
  /** Marks the account. @returns false when it was no matter of consent, or of a grant that has been replaced since. */
  readonly reportNeedsConsent: (accountId: string, error: PlatformError) => Promise<boolean>;
  readonly stillCounts: (job: J) => Promise<boolean>;
  readonly meters: Pick<Meters, 'add'>;
}

/** What becomes of a job that fails, counted: tried again later, given up, or left to the creator. */
export const countedFailures = <J extends SyncJob | RefreshJob>(options: JobFailures<J>): JobFailurePolicy<J> => {
  const { queue, backoffMs, scheduleSubject, giveUpJob, reportNeedsConsent, stillCounts, meters } = options;
  return {
    queue,
    backoffMs,
    scheduleSubject,
    async stillCounts(job) {
      const counts = await stillCounts(job);
      if (!counts) meters.add('tiktok_jobs_total', { queue, outcome: 'dropped' });
      return counts;
    },
    onRetry: () => meters.add('tiktok_jobs_total', { queue, outcome: 'retried' }),
    async onNeedsConsent({ accountId }, error) {
      const needsConsent = await reportNeedsConsent(accountId, error);
      if (needsConsent) meters.add('tiktok_jobs_total', { queue, outcome: 'needs_consent' });
      return needsConsent;
    },
    async onFailed(letter, job) {
      await giveUpJob(letter, job);
      meters.add('tiktok_jobs_total', { queue, outcome: 'dead' });
      meters.add('tiktok_dead_letters_total', { queue, code: letter.code });
    },
  };
};
