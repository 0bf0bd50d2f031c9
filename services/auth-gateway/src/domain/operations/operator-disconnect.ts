import { audited, type RequestId } from '@trendpot/contracts';
import { receiptOf, type Receipt } from '../disconnect/disconnect-account.ts';
import type { Accounts, Audit, Vault } from '../ports.ts';
import { namedAccount } from './named-account.ts';

export type OperatorDisconnect = (
  accountId: string,
  command: { reason: string; operator: string; requestId: RequestId },
) => Promise<Receipt>;

/** An operator ends an account's access. A second time gives the receipt of the first. @throws PlatformError E_ACCOUNT_NOT_FOUND */
export const makeOperatorDisconnect =
  (ports: { accounts: Pick<Accounts, 'find'>; vault: Pick<Vault, 'revoke'>; audit: Audit }): OperatorDisconnect =>
  async (accountId, { reason, operator, requestId }) => {
    const account = await namedAccount(ports.accounts, accountId);
    if (account.revocation !== undefined) return receiptOf(account.id, account.revocation);
    const command = { requestId, operator, operation: 'account.disconnect', accountId: account.id, reason };
    const actor = { kind: 'operator', id: operator } as const;
    return audited(ports.audit, command, () =>
      ports.vault.revoke({ version: 1, requestId, accountId: account.id, actor, reason }),
    );
  };
