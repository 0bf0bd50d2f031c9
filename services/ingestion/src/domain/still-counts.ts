import type { SyncJob } from '@trendpot/contracts';
import type { Library } from './ports.ts';
import { obsolete } from './walk.ts';

export type StillCounts = (job: SyncJob) => Promise<boolean>;

/** Whether a page job that failed is worth another attempt: its account is there and its page is the next one. */
export const makeStillCounts =
  ({ library }: { library: Pick<Library, 'account'> }): StillCounts =>
  async (job) => {
    const account = await library.account(job.accountId);
    return account !== undefined && account.state !== 'revoked' && obsolete(job, account) === undefined;
  };
