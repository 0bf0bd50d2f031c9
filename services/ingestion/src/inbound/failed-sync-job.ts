import { syncScheduleSubject, type SyncJob } from '@trendpot/contracts';
import type { JobFailurePolicy } from '@trendpot/messaging';
import type { Meters } from '@trendpot/observability';
import type { GiveUpJob } from '../domain/give-up-job.ts';
import type { ReportNeedsConsent } from '../domain/needs-consent.ts';
import type { StillCounts } from '../domain/still-counts.ts';

const queue = 'sync';

/** What becomes of a page job that fails: tried again later, given up, or left to the creator. */
export const failedSyncJob = (options: {
  backoffMs: number;
  giveUpJob: GiveUpJob;
  reportNeedsConsent: ReportNeedsConsent;
  stillCounts: StillCounts;
  meters: Meters;
}): JobFailurePolicy<SyncJob> => {
  const { backoffMs, giveUpJob, reportNeedsConsent, stillCounts, meters } = options;
  return {
    queue,
    backoffMs,
    scheduleSubject: ({ accountId }) => syncScheduleSubject(accountId),
    async stillCounts(job) {
      const counts = await stillCounts(job);
      if (!counts) meters.add('tiktok_jobs_total', { queue, outcome: 'dropped' });
      return counts;
    },
    onRetry: () => meters.add('tiktok_jobs_total', { queue, outcome: 'retried' }),
    async onNeedsConsent({ accountId }, error) {
      await reportNeedsConsent(accountId, error);
      meters.add('tiktok_jobs_total', { queue, outcome: 'needs_consent' });
    },
    async onFailed(letter, job) {
      await giveUpJob(letter, job);
      meters.add('tiktok_jobs_total', { queue, outcome: 'dead' });
      meters.add('tiktok_dead_letters_total', { queue, code: letter.code });
    },
  };
};
