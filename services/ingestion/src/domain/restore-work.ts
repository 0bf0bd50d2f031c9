import { newRequestId } from '@trendpot/contracts';
import type { Account } from './account.ts';
import { syncJobQueued, type UnnamedSyncJob } from './change.ts';
import { nextWalk } from './next-walk.ts';
import type { Clock, IngestionMeter, Library, Log } from './ports.ts';
import { isUnfinished, queueTime } from './walk.ts';

/** The job an account without work ought to have: where its walk stands, or the beginning of the next. */
const missingJob = ({ accountId, sync }: Account, now: Date): UnnamedSyncJob => {
  if (!isUnfinished(sync)) return nextWalk(accountId, sync.startedAt, now);
  const requestId = newRequestId();
  return {
    version: 1,
    requestId,
    accountId,
    mode: sync.mode ?? 'full',
    lane: sync.pages === 0 ? 'first' : 'page',
    walkId: sync.walkId ?? requestId,
    page: sync.walkId === undefined ? 0 : sync.pages,
    ...(sync.walkId === undefined || sync.cursor === undefined ? {} : { cursor: sync.cursor }),
    attempt: 1,
    queuedAt: queueTime(sync.startedAt, now).toISOString(),
  };
};

const isAsSeen = (seen: Account, now: Account | undefined): boolean =>
  now?.state === seen.state && now.sync.walkId === seen.sync.walkId && now.sync.pages === seen.sync.pages;

export interface RestoreWorkPorts {
  readonly library: Library;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: IngestionMeter;
}

/**
 * Gives a connected account that has neither a job nor a schedule its work again. A job that is queued twice by mistake
 * is harmless: a page is stored once.
 *
 * @returns whether the account was still as it was seen
 */
export const makeRestoreWork =
  (ports: RestoreWorkPorts) =>
  async (seen: Account): Promise<boolean> => {
    const { accountId } = seen;
    const job = missingJob(seen, ports.clock());
    const change = await ports.library.change({ accountId }, ({ account }) =>
      isAsSeen(seen, account) ? { account: {}, put: [], announce: [syncJobQueued(job)] } : undefined,
    );
    if (change === undefined) return false;
    ports.meter.jobRestored();
    ports.log.warn('tiktok.sync.job_restored', { accountId, requestId: job.requestId, page: job.page, mode: job.mode });
    return true;
  };
