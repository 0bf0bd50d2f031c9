import {
  failedSubject,
  newMessageId,
  newRequestId,
  syncJobSubject,
  type AccountId,
  type DeadLetter,
  type SyncJob,
} from '@trendpot/contracts';
import { publish, type Messaging } from '@trendpot/messaging';

/** A page job that was begun for the last time. */
export const someSyncJob = (accountId: AccountId, more: Partial<SyncJob> = {}): SyncJob => ({
  version: 1,
  jobId: newMessageId(),
  requestId: newRequestId(),
  accountId,
  mode: 'incremental',
  lane: 'page',
  walkId: newMessageId(),
  page: 2,
  attempt: 5,
  queuedAt: new Date().toISOString(),
  ...more,
});

/** Gives a job up, as ingestion does. @returns the number of its dead letter. */
export const bury = async (ingestion: Messaging, job: SyncJob, more: Partial<DeadLetter> = {}): Promise<number> => {
  const letter: DeadLetter = {
    version: 1,
    queue: 'sync',
    subject: syncJobSubject(job.lane, job.accountId),
    accountId: job.accountId,
    code: 'E_TIKTOK_UNAVAILABLE',
    message: 'TikTok answered 503',
    attempts: job.attempt,
    failedAt: new Date().toISOString(),
    body: Buffer.from(JSON.stringify(job)).toString('base64'),
    truncated: false,
    ...more,
  };
  const subject = failedSubject('sync', job.accountId);
  return (await publish(ingestion, { subject, body: JSON.stringify(letter), messageId: newMessageId() })).sequence;
};
