import { AccountId, audited, PlatformError, type RequestId } from '@trendpot/contracts';
import { receiptOf, type Receipt } from '../disconnect/disconnect-account.ts';
import type { Accounts, Audit, Vault } from '../ports.ts';

export type OperatorDisconnect = (
  accountId: string,
  command: { reason: string; operator: string; requestId: RequestId },
) => Promise<Receipt>;

/** An operator ends an account's access. A second time gives the receipt of the first. @throws PlatformError E_ACCOUNT_NOT_FOUND */
export const makeOperatorDisconnect =
  (ports: { accounts: Pick<Accounts, 'find'>; vault: Pick<Vault, 'revoke'>; audit: Audit }): OperatorDisconnect =>
  async (accountId, { reason, operator, requestId }) => {
    const id = AccountId.safeParse(accountId);
    const account = id.success ? await ports.accounts.find(id.data) : undefined;
    if (account === undefined) throw new PlatformError('E_ACCOUNT_NOT_FOUND', 'no account by the id an operator gave');
    if (account.revocation !== undefined) return receiptOf(account.id, account.revocation);
    const command = { requestId, operator, operation: 'account.disconnect', accountId: account.id, reason };
    const actor = { kind: 'operator', id: operator } as const;
    return audited(ports.audit, command, () =>
      ports.vault.revoke({ version: 1, requestId, accountId: account.id, actor, reason }),
    );
  };
