import type { RefreshJob } from '@trendpot/contracts';
import type { Library } from './ports.ts';
import { isObsolete } from './round.ts';

export type StillCounts = (job: RefreshJob) => Promise<boolean>;

/** Whether a refresh job that failed is worth another attempt: its account is there and its batch is the next one. */
export const makeStillCounts =
  ({ library }: { library: Pick<Library, 'account'> }): StillCounts =>
  async (job) => {
    const account = await library.account(job.accountId);
    return account !== undefined && account.state !== 'revoked' && !isObsolete(job, account);
  };
