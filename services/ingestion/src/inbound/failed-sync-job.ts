import { syncScheduleSubject, type SyncJob } from '@trendpot/contracts';
import type { JobFailurePolicy } from '@trendpot/messaging';
import { countedFailures, type JobFailures } from '@trendpot/nest-kit';

/** What becomes of a page job that fails: tried again later, given up, or left to the creator. */
export const failedSyncJob = (
  options: Omit<JobFailures<SyncJob>, 'queue' | 'scheduleSubject'>,
): JobFailurePolicy<SyncJob> =>
  countedFailures({
    ...options,
    queue: 'sync',
    scheduleSubject: ({ accountId }) => syncScheduleSubject(accountId),
  });
