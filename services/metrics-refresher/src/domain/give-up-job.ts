import {
  accountUpdated,
  ERROR_CATALOGUE,
  refreshScheduled,
  type DeadLetter,
  type RefreshJob,
} from '@trendpot/contracts';
import type { Account } from './account.ts';
import { newRound, nextBatch, type UnnamedRefreshJob } from './change.ts';
import type { Clock, Library, Operations } from './ports.ts';
import { isObsolete, roundOf } from './round.ts';

export type GiveUpJob = (letter: DeadLetter, job: RefreshJob | undefined) => Promise<void>;

export interface GiveUpPorts {
  readonly library: Library;
  readonly operations: Operations;
  readonly intervalMs: number;
  readonly batchSize: number;
  readonly clock: Clock;
}

/** Whether the batch itself is at fault, rather than the hour: it would fail again and block what comes after it. */
const isAtFault = (code: string): boolean => {
  const definition = Object.entries(ERROR_CATALOGUE).find(([name]) => name === code)?.[1];
  return code === 'E_INTERNAL' || definition?.verdict === 'never';
};

/**
 * A job goes to the dead letters. The account says why and when, operations are told, and the rounds go on at the next
 * regular interval. A batch that is itself at fault is passed over, so that the videos behind it stay fresh. Repeatable.
 */
export const makeGiveUpJob = (ports: GiveUpPorts): GiveUpJob => {
  const { library, operations, intervalMs, batchSize, clock } = ports;

  const endOfBatch = async (job: RefreshJob): Promise<string | undefined> => {
    const batch = await library.videosAfter(job.accountId, job.afterVideoId, batchSize + 1);
    return batch.length > batchSize ? batch[batchSize - 1]?.videoId : undefined;
  };

  const note = async (letter: DeadLetter, job: RefreshJob): Promise<void> => {
    const now = clock();
    const startedAt = roundOf(job);
    const passOver = isAtFault(letter.code) ? await endOfBatch(job) : undefined;
    const next = (account: Account): UnnamedRefreshJob =>
      passOver === undefined ? newRound({ ...account, round: { startedAt } }, now) : nextBatch(job, passOver, now);

    await library.change({ accountId: job.accountId }, ({ account }) => {
      if (account === undefined || account.state === 'revoked' || isObsolete(job, account)) return undefined;
      const failed = accountUpdated(account.accountId, 'failed', account.state, letter.code);
      const again = refreshScheduled(next(account), new Date(now.getTime() + intervalMs));
      return {
        account: {
          lastError: { code: letter.code, at: now },
          round: { startedAt, ...(passOver === undefined ? { finishedAt: now } : { after: passOver }) },
        },
        videos: [],
        at: now,
        announce: account.state === 'needs_consent' ? [failed] : [failed, again],
      };
    });
  };

  return async (letter, job) => {
    if (job !== undefined) await note(letter, job);
    await operations.jobFailed(letter);
  };
};
