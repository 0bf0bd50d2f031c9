import { refreshScheduled } from '@trendpot/contracts';
import type { Account, Round } from './account.ts';
import { newRound, refreshQueued } from './change.ts';
import { chooseDue } from './choose-due.ts';
import type { CallBudget, Clock, Library, Log, RefreshMeter } from './ports.ts';

export interface RestoreWorkPorts {
  readonly library: Library;
  readonly budget: CallBudget;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: RefreshMeter;
}

/**
 * Gives a healthy account that has neither a refresh job nor a schedule a round. One that is begun twice by mistake is
 * done once. It comes when it would have come anyway: what was lost is the schedule, not the counts.
 *
 * @returns whether the account was still as it was seen
 */
export const makeRestoreWork = (ports: RestoreWorkPorts) => {
  const { budget, intervalMs } = ports;

  const dueAfter = async (round: Round | undefined): Promise<number> =>
    round?.finishedAt === undefined
      ? 0
      : round.finishedAt.getTime() + chooseDue({ intervalMs, ...(await budget.today()) });

  return async (seen: Account): Promise<boolean> => {
    const { accountId } = seen;
    const due = new Date(await dueAfter(seen.round));
    const now = ports.clock();
    const change = await ports.library.change({ accountId }, ({ account }) => {
      const isAsSeen =
        account?.state === 'healthy' &&
        account.round?.startedAt.getTime() === seen.round?.startedAt.getTime() &&
        account.round?.after === seen.round?.after;
      if (!isAsSeen) return undefined;
      const job = newRound(account, now);
      const announce = [due > now ? refreshScheduled(job, due) : refreshQueued(job)];
      return { account: {}, videos: [], at: now, announce };
    });
    if (change === undefined) return false;
    ports.meter.jobRestored();
    ports.log.warn('tiktok.refresh.job_restored', { accountId });
    return true;
  };
};
