import type { SyncJob } from '@trendpot/contracts';
import type { Account, Progress } from './account.ts';

/** Why a page job has nothing left to do. */
export type Obsolete = 'page-already-stored' | 'walk-superseded' | 'walk-not-known';

const isNewer = (job: SyncJob, sync: Progress): boolean =>
  sync.startedAt === undefined || Date.parse(job.queuedAt) > sync.startedAt.getTime();

/** Whether pages of the walk on the account are still to come. */
export const isUnfinished = (sync: Progress): boolean => !sync.complete || sync.cursor !== undefined;

const begins = (job: SyncJob, sync: Progress): boolean => {
  if (job.page !== 0) return false;
  // It would stop at the pages the unfinished walk has brought, and what lies beyond them would be lost.
  if (job.mode === 'incremental' && isUnfinished(sync)) return false;
  return sync.walkId === undefined || isNewer(job, sync);
};

/**
 * Whether a page job still counts. A job is delivered at least once and may be queued twice; the page number on the
 * account decides, so a page is stored once. A walk ends where a newer one begins.
 */
export const obsolete = (job: SyncJob, { sync }: Account): Obsolete | undefined => {
  if (job.walkId !== sync.walkId) {
    if (begins(job, sync)) return undefined;
    return job.page === 0 ? 'walk-superseded' : 'walk-not-known';
  }
  return job.page === sync.pages ? undefined : 'page-already-stored';
};

/** A time for a new walk's first job that is later than any walk of the account, whatever the clocks say. */
export const queueTime = (startedAt: Date | undefined, now: Date): Date =>
  new Date(Math.max(now.getTime(), (startedAt?.getTime() ?? 0) + 1));
