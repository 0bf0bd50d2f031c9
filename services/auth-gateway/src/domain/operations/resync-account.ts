import { audited, newMessageId, PlatformError, type AccountId, type RequestId } from '@trendpot/contracts';
import type { Account, Accounts, Audit, Clock, Jobs } from '../ports.ts';
import { namedAccount } from './named-account.ts';

/** What a command will cost of the day's calls to TikTok. */
export interface Price {
  readonly calls: number;
  /** How it was reckoned, and whether it takes at least or at most so many. */
  readonly basis: string;
}

export interface Resync {
  readonly accountId: AccountId;
  readonly dryRun: boolean;
  readonly price: Price;
  /** The job that was queued; absent in a dry run. */
  readonly jobId?: string | undefined;
}

export interface ResyncPorts {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly jobs: Pick<Jobs, 'sync'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly pageSize: number;
}

export type ResyncAccount = (
  accountId: string,
  command: { dryRun: boolean; operator: string; requestId: RequestId; reason?: string | undefined },
) => Promise<Resync>;

/** What TikTok holds beyond what is stored is not known before, nor whether ingestion asks for the creator's name. */
const priceOf = (account: Account, pageSize: number): Price => {
  const pages = Math.max(1, Math.ceil(account.sync.videos / pageSize));
  return { calls: pages, basis: `at least: ${account.sync.videos} stored videos in pages of ${pageSize}` };
};

/** An account that can be walked. @throws PlatformError E_ACCOUNT_NOT_FOUND, E_ACCOUNT_REVOKED, E_NEEDS_CONSENT */
const servingAccount = async (accounts: Pick<Accounts, 'find'>, accountId: string): Promise<Account> => {
  const account = await namedAccount(accounts, accountId);
  if (account.state === 'revoked')
    throw new PlatformError('E_ACCOUNT_REVOKED', `account ${account.id} was disconnected`);
  if (account.state === 'needs_consent') {
    throw new PlatformError('E_NEEDS_CONSENT', `account ${account.id} waits for its creator`);
  }
  return account;
};

/** A new walk through a whole library, at the end of the queue. A dry run names the price and does nothing. */
export const makeResyncAccount =
  (ports: ResyncPorts): ResyncAccount =>
  async (accountId, { dryRun, operator, requestId, reason }) => {
    const account = await servingAccount(ports.accounts, accountId);
    const price = priceOf(account, ports.pageSize);
    if (dryRun) return { accountId: account.id, dryRun, price };
    const jobId = newMessageId();
    const command = { requestId, operator, operation: 'account.resync', accountId: account.id, reason };
    await audited(ports.audit, command, () =>
      ports.jobs.sync({
        version: 1,
        jobId,
        requestId,
        accountId: account.id,
        mode: 'full',
        lane: 'page',
        walkId: newMessageId(),
        page: 0,
        attempt: 1,
        queuedAt: ports.clock.now().toISOString(),
      }),
    );
    return { accountId: account.id, dryRun, price, jobId };
  };
