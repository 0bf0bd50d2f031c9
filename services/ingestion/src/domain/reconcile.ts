import { newRequestId } from '@trendpot/contracts';
import type { Account } from './account.ts';
import { syncJobQueued, type UnnamedSyncJob } from './change.ts';
import { incrementalWalk } from './plan-page.ts';
import type { Accounts, Clock, IngestionMeter, Library, Log } from './ports.ts';
import { isUnfinished, queueTime } from './walk.ts';

/** Looks at some accounts; returns how many had lost their work and whether all accounts have been seen. */
export type Reconcile = () => Promise<{ readonly restored: number; readonly finished: boolean }>;

const MOST_AT_ONCE = 200;

/** The job an account without work ought to have: where its walk stands, or the beginning of the next. */
const missingJob = ({ accountId, sync }: Account, now: Date): UnnamedSyncJob => {
  if (!isUnfinished(sync)) return incrementalWalk(accountId, sync.startedAt, now);
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

export interface ReconcilePorts {
  readonly accounts: Accounts;
  readonly library: Library;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: IngestionMeter;
}

/**
 * A connected account always has a job or a schedule. Nothing in normal operation breaks that; a stream that was
 * deleted or a job that killed its worker every time does. A job that is queued twice by mistake is harmless: a page
 * is stored once.
 */
export const makeReconcile = (ports: ReconcilePorts): Reconcile => {
  let after: string | undefined;

  const restore = async (account: Account): Promise<boolean> => {
    const { accountId } = account;
    if (await ports.accounts.hasWork(accountId)) return false;
    const job = missingJob(account, ports.clock());
    const change = await ports.library.change({ accountId }, (current) =>
      isAsSeen(account, current.account) ? { account: {}, put: [], announce: [syncJobQueued(job)] } : undefined,
    );
    if (change === undefined) return false;
    ports.meter.jobRestored();
    ports.log.warn('tiktok.sync.job_restored', { accountId, requestId: job.requestId, page: job.page, mode: job.mode });
    return true;
  };

  return async () => {
    const accounts = await ports.accounts.quiet(after, MOST_AT_ONCE);
    let restored = 0;
    for (const account of accounts) if (await restore(account)) restored += 1;
    const finished = accounts.length < MOST_AT_ONCE;
    after = finished ? undefined : accounts.at(-1)?.accountId;
    return { restored, finished };
  };
};
