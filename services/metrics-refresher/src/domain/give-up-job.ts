import type { PlatformError, RefreshJob } from '@trendpot/contracts';
import type { Account } from './account.ts';
import { accountUpdated, newRound, nextBatch, refreshScheduled, type UnnamedRefreshJob } from './change.ts';
import type { Clock, Library, Log, Operations } from './ports.ts';
import { isObsolete, roundOf } from './round.ts';

export type GiveUpJob = (job: RefreshJob, error: PlatformError) => Promise<void>;

export interface GiveUpPorts {
  readonly library: Library;
  readonly operations: Operations;
  readonly intervalMs: number;
  readonly batchSize: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A job has gone to the dead letters. The account says why and when, operations are told, and the rounds go on at the
 * next regular interval. A batch that TikTok will never answer is passed over, so that the videos behind it stay fresh.
 */
export const makeGiveUpJob = (ports: GiveUpPorts): GiveUpJob => {
  const { library, operations, intervalMs, batchSize, clock, log } = ports;

  return async (job, error) => {
    const { accountId, requestId, attempt } = job;
    const now = clock();
    const batch =
      error.verdict === 'never' ? await library.videosAfter(accountId, job.afterVideoId, batchSize + 1) : [];
    const passOver = batch.length > batchSize ? batch[batchSize - 1]?.videoId : undefined;

    const resume = (account: Account): UnnamedRefreshJob =>
      passOver === undefined
        ? newRound({ ...account, round: { startedAt: roundOf(job) } }, now)
        : nextBatch(job, passOver, now);
    await library.change({ accountId }, ({ account }) => {
      if (account === undefined || account.state === 'revoked' || isObsolete(job, account)) return undefined;
      const round = {
        startedAt: roundOf(job),
        ...(passOver === undefined ? { finishedAt: now } : { after: passOver }),
      };
      return {
        account: { lastError: { code: error.code, at: now }, round },
        videos: [],
        refreshedAt: now,
        announce: [
          accountUpdated(accountId, 'failed', account.state, error.code),
          ...(account.state === 'needs_consent'
            ? []
            : [refreshScheduled(resume(account), new Date(now.getTime() + intervalMs))]),
        ],
      };
    });
    const notice = { accountId, requestId, code: error.code, attempts: attempt, failedAt: now.toISOString() };
    log.error('tiktok.job.failed', { queue: 'refresh', ...notice, message: error.message });
    await operations.jobFailed({ queue: 'refresh', ...notice });
  };
};
