import { AccountId, PlatformError, type UserId } from '@trendpot/contracts';
import type { Account, Accounts } from '../ports.ts';

/**
 * The account, if it is this person's. An account of somebody else and one that does not exist look the same.
 *
 * @throws PlatformError E_NOT_FOUND
 */
export const ownAccount = async (
  accounts: Pick<Accounts, 'find'>,
  userId: UserId,
  accountId: string,
): Promise<Account> => {
  const id = AccountId.safeParse(accountId);
  const account = id.success ? await accounts.find(id.data) : undefined;
  if (account?.userId !== userId)
    throw new PlatformError('E_NOT_FOUND', `no account ${accountId.slice(0, 32)} of ${userId}`);
  return account;
};

/** The account, if it is this person's and still connected. @throws PlatformError E_NOT_FOUND, E_ACCOUNT_REVOKED */
export const ownConnectedAccount = async (
  accounts: Pick<Accounts, 'find'>,
  userId: UserId,
  accountId: string,
): Promise<Account> => {
  const account = await ownAccount(accounts, userId, accountId);
  if (account.state === 'revoked')
    throw new PlatformError('E_ACCOUNT_REVOKED', `account ${account.id} was disconnected`);
  return account;
};
