import { refreshScheduleSubject, type RefreshJob } from '@trendpot/contracts';
import type { JobFailurePolicy } from '@trendpot/messaging';
import { countedFailures, type JobFailures } from '@trendpot/nest-kit';

/** What becomes of a refresh job that fails: tried again later, given up, or left to the creator. */
export const failedRefreshJob = (
  options: Omit<JobFailures<RefreshJob>, 'queue' | 'scheduleSubject'>,
): JobFailurePolicy<RefreshJob> =>
  countedFailures({
    ...options,
    queue: 'refresh',
    scheduleSubject: ({ accountId }) => refreshScheduleSubject(accountId),
  });
