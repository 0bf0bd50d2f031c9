import { PlatformError, type AccountState } from '@trendpot/contracts';

/** Where the newest round of fresh counts stands. */
export interface Round {
  /** When the job that began it was queued; names the round. */
  readonly startedAt: Date;
  /** The last video that is done, in the order of ids. */
  readonly after?: string;
  readonly finishedAt?: Date;
}

/** What the refresher knows of a connected creator. */
export interface Account {
  readonly accountId: string;
  readonly state: AccountState;
  /** How many videos are stored. */
  readonly videos: number;
  readonly round?: Round;
}

/**
 * The account, if its videos may be asked for now.
 *
 * @throws PlatformError E_ACCOUNT_NOT_FOUND, E_ACCOUNT_REVOKED, E_NEEDS_CONSENT
 */
export const requireServing = (accountId: string, account: Account | undefined): Account => {
  if (account === undefined) throw new PlatformError('E_ACCOUNT_NOT_FOUND', `no account ${accountId}`);
  if (account.state === 'revoked') throw new PlatformError('E_ACCOUNT_REVOKED', `account ${accountId} is disconnected`);
  if (account.state === 'needs_consent') {
    throw new PlatformError('E_NEEDS_CONSENT', `account ${accountId} has to be reconnected`);
  }
  return account;
};
