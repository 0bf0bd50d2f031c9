import type { Account } from './account.ts';
import { newRound, refreshQueued } from './change.ts';
import type { Accounts, Clock, Library, Log, RefreshMeter } from './ports.ts';

/** Looks at some accounts; returns how many had lost their work and whether all accounts have been seen. */
export type Reconcile = () => Promise<{ readonly restored: number; readonly finished: boolean }>;

const MOST_AT_ONCE = 200;

export interface ReconcilePorts {
  readonly accounts: Accounts;
  readonly library: Library;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: RefreshMeter;
}

/**
 * A healthy account always has a refresh job or schedule. Nothing in normal operation breaks that; a stream that was
 * deleted or a job that killed its worker every time does. A round that is begun twice by mistake is done once.
 */
export const makeReconcile = (ports: ReconcilePorts): Reconcile => {
  let after: string | undefined;

  const restore = async (seen: Account): Promise<boolean> => {
    const { accountId } = seen;
    if (await ports.accounts.hasWork(accountId)) return false;
    const now = ports.clock();
    const change = await ports.library.change({ accountId }, ({ account }) => {
      const isAsSeen =
        account?.state === 'healthy' &&
        account.round?.startedAt.getTime() === seen.round?.startedAt.getTime() &&
        account.round?.after === seen.round?.after;
      if (!isAsSeen) return undefined;
      return { account: {}, videos: [], refreshedAt: now, announce: [refreshQueued(newRound(account, now))] };
    });
    if (change === undefined) return false;
    ports.meter.jobRestored();
    ports.log.warn('tiktok.refresh.job_restored', { accountId });
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
