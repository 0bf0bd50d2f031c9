import { newMessageId, newRequestId, type AccountId, type RequestId, type SyncJob } from '@trendpot/contracts';

/** The job that starts a new walk through a creator's library. */
export const firstSyncJob = (accountId: AccountId, at: Date, requestId: RequestId = newRequestId()): SyncJob => ({
  version: 1,
  jobId: newMessageId(),
  requestId,
  accountId,
  mode: 'full',
  lane: 'first',
  walkId: newMessageId(),
  page: 0,
  attempt: 1,
  queuedAt: at.toISOString(),
});
