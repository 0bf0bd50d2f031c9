import type { Account } from './account.ts';
import { newRound, refreshQueued } from './change.ts';
import type { Clock, Library, Log, RefreshMeter } from './ports.ts';

export interface RestoreWorkPorts {
  readonly library: Library;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: RefreshMeter;
}

/**
 * Gives a healthy account that has neither a refresh job nor a schedule a round. One that is begun twice by mistake is
 * done once.
 *
 * @returns whether the account was still as it was seen
 */
export const makeRestoreWork =
  (ports: RestoreWorkPorts) =>
  async (seen: Account): Promise<boolean> => {
    const { accountId } = seen;
    const now = ports.clock();
    const change = await ports.library.change({ accountId }, ({ account }) => {
      const isAsSeen =
        account?.state === 'healthy' &&
        account.round?.startedAt.getTime() === seen.round?.startedAt.getTime() &&
        account.round?.after === seen.round?.after;
      if (!isAsSeen) return undefined;
      return { account: {}, videos: [], at: now, announce: [refreshQueued(newRound(account, now))] };
    });
    if (change === undefined) return false;
    ports.meter.jobRestored();
    ports.log.warn('tiktok.refresh.job_restored', { accountId });
    return true;
  };
