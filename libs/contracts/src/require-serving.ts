import type { AccountState } from './events.ts';
import { PlatformError } from './platform-error.ts';

/**
 * The account, if TikTok may be asked about it and its videos may be stored now.
 *
 * @throws PlatformError E_ACCOUNT_NOT_FOUND, E_ACCOUNT_REVOKED, E_NEEDS_CONSENT
 */
export const requireServing = <Account extends { readonly state: AccountState }>(
  accountId: string,
  account: Account | undefined,
): Account => {
  if (account === undefined) throw new PlatformError('E_ACCOUNT_NOT_FOUND', `no account ${accountId}`);
  if (account.state === 'revoked') throw new PlatformError('E_ACCOUNT_REVOKED', `account ${accountId} is disconnected`);
  if (account.state === 'needs_consent') {
    throw new PlatformError('E_NEEDS_CONSENT', `account ${accountId} has to be reconnected`);
  }
  return account;
};
