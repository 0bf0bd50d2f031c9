import { AccountId, PlatformError } from '@trendpot/contracts';
import type { Account, Accounts } from '../ports.ts';

/** The account an operator means. @throws PlatformError E_ACCOUNT_NOT_FOUND */
export const namedAccount = async (accounts: Pick<Accounts, 'find'>, accountId: string): Promise<Account> => {
  const id = AccountId.safeParse(accountId);
  const account = id.success ? await accounts.find(id.data) : undefined;
  if (account === undefined) throw new PlatformError('E_ACCOUNT_NOT_FOUND', 'no account by the id an operator gave');
  return account;
};
