import type { RefreshJob } from '@trendpot/contracts';
import type { Account } from './account.ts';

/** When the job that began this job's round was queued. */
export const roundOf = (job: RefreshJob): Date => new Date(job.roundStartedAt ?? job.queuedAt);

/**
 * Whether a refresh job has nothing left to do. A job is delivered at least once and may be queued twice; the position
 * on the account decides, so a batch is asked for once a round. A round ends where a newer one begins.
 */
export const isObsolete = (job: RefreshJob, { round }: Account): boolean => {
  const startedAt = roundOf(job).getTime();
  if (job.roundStartedAt === undefined) return round !== undefined && startedAt <= round.startedAt.getTime();
  if (round === undefined || round.finishedAt !== undefined) return true;
  return startedAt !== round.startedAt.getTime() || job.afterVideoId !== round.after;
};

/** A time for a new round's first job that is later than any round of the account, whatever the clocks say. */
export const queueTime = (account: Account, now: Date): Date =>
  new Date(Math.max(now.getTime(), (account.round?.startedAt.getTime() ?? 0) + 1));
