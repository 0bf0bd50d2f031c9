import type { AccountId, RequestId, RevokeResult, UserId } from '@trendpot/contracts';
import { ownAccount } from '../library/own-account.ts';
import type { Account, Accounts, Vault } from '../ports.ts';

export type Receipt = Pick<RevokeResult, 'accountId' | 'revokedAt' | 'atTikTok' | 'receipt'>;

export const receiptOf = (accountId: AccountId, revocation: NonNullable<Account['revocation']>): Receipt => ({
  accountId,
  revokedAt: revocation.at.toISOString(),
  atTikTok: revocation.atTikTok,
  receipt: revocation.receipt,
});

export type DisconnectAccount = (
  userId: UserId,
  accountId: string,
  request: { reason: string; requestId: RequestId },
) => Promise<Receipt>;

/** The creator ends the access. A second time gives the receipt of the first. @throws PlatformError E_NOT_FOUND */
export const makeDisconnectAccount =
  (ports: { accounts: Pick<Accounts, 'find'>; vault: Pick<Vault, 'revoke'> }): DisconnectAccount =>
  async (userId, accountId, { reason, requestId }) => {
    const account = await ownAccount(ports.accounts, userId, accountId);
    if (account.revocation !== undefined) return receiptOf(account.id, account.revocation);
    return ports.vault.revoke({
      version: 1,
      requestId,
      accountId: account.id,
      actor: { kind: 'creator', id: userId },
      reason,
    });
  };
