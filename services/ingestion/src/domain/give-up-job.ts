import type { PlatformError, SyncJob } from '@trendpot/contracts';
import { accountUpdated, syncJobScheduled } from './change.ts';
import type { Clock, Library, Log, Operations } from './ports.ts';
import { obsolete } from './walk.ts';

export type GiveUpJob = (job: SyncJob, error: PlatformError) => Promise<void>;

/**
 * A job has gone to the dead letters. The account says why and when, operations are told, and the same page is tried
 * again at the next regular interval: a dead letter waits for a person, a creator's library does not. A dead letter
 * that is redriven meanwhile finds its page stored, or stores it first; either way it is stored once.
 */
export const makeGiveUpJob =
  (ports: { library: Library; operations: Operations; syncMs: number; clock: Clock; log: Log }): GiveUpJob =>
  async (job, error) => {
    const { accountId, requestId, attempt } = job;
    const now = ports.clock();
    const { jobId: _name, ...page } = job;
    const resumed = { ...page, lane: 'page', attempt: 1 } as const;
    await ports.library.change({ accountId }, ({ account }) => {
      if (account === undefined || account.state === 'revoked' || obsolete(job, account) !== undefined)
        return undefined;
      return {
        account: { lastError: { code: error.code, at: now } },
        put: [],
        announce: [
          accountUpdated(accountId, 'failed', account.state, error.code),
          ...(account.state === 'needs_consent'
            ? []
            : [syncJobScheduled(resumed, new Date(now.getTime() + ports.syncMs))]),
        ],
      };
    });
    const notice = { accountId, requestId, code: error.code, attempts: attempt, failedAt: now.toISOString() };
    ports.log.error('tiktok.job.failed', { queue: 'sync', ...notice, message: error.message });
    await ports.operations.jobFailed({ queue: 'sync', ...notice });
  };
