import { accountUpdated, fromFirstAttempt, type DeadLetter, type SyncJob } from '@trendpot/contracts';
import { syncJobScheduled } from './change.ts';
import type { Clock, Library, Operations } from './ports.ts';
import { obsolete } from './walk.ts';

export type GiveUpJob = (letter: DeadLetter, job: SyncJob | undefined) => Promise<void>;

/**
 * A job goes to the dead letters. The account says why and when, operations are told, and the same page is tried again
 * at the next regular interval: a dead letter waits for a person, a creator's library does not. A dead letter that is
 * redriven meanwhile finds its page stored, or stores it first; either way it is stored once. Repeatable.
 */
export const makeGiveUpJob = (ports: {
  library: Library;
  operations: Operations;
  syncMs: number;
  clock: Clock;
}): GiveUpJob => {
  const note = async (letter: DeadLetter, job: SyncJob): Promise<void> => {
    const now = ports.clock();
    const { jobId: _name, ...page } = job;
    const resumed = { ...fromFirstAttempt(page), lane: 'page' } as const;
    await ports.library.change({ accountId: job.accountId }, ({ account }) => {
      if (account === undefined || account.state === 'revoked' || obsolete(job, account) !== undefined)
        return undefined;
      const failed = accountUpdated(account.accountId, 'failed', account.state, letter.code);
      const again = syncJobScheduled(resumed, new Date(now.getTime() + ports.syncMs));
      return {
        account: { lastError: { code: letter.code, at: now } },
        put: [],
        announce: account.state === 'needs_consent' ? [failed] : [failed, again],
      };
    });
  };

  return async (letter, job) => {
    if (job !== undefined) await note(letter, job);
    await ports.operations.jobFailed(letter);
  };
};
