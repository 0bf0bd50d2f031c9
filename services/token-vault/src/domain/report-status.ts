import type { StatusRequest, StatusResult } from '@trendpot/contracts';
import type { VaultAccount } from './accounts.ts';
import { checkCaller } from './callers.ts';
import type { KmsHealth } from './keys/kms-health.ts';
import type { VaultPorts } from './vault-ports.ts';

interface Ports extends Pick<VaultPorts, 'accounts' | 'keyRing'> {
  readonly health: KmsHealth;
  readonly now: () => number;
}

/** What may be known of the vault and of one account without opening anything. */
export type ReportStatus = (request: StatusRequest, caller: string | undefined) => Promise<StatusResult>;

const describe = (account: VaultAccount): NonNullable<StatusResult['account']> => ({
  accountId: account.accountId,
  state: account.state,
  hasCredential: account.credential !== undefined,
  ...(account.credential === undefined
    ? {}
    : {
        accessTokenExpiresAt: account.credential.accessTokenExpiresAt.toISOString(),
        refreshTokenExpiresAt: account.credential.refreshTokenExpiresAt.toISOString(),
      }),
});

/** @throws PlatformError E_VAULT_CALLER_REFUSED */
export const makeReportStatus =
  ({ accounts, keyRing, health, now }: Ports): ReportStatus =>
  async (request, caller) => {
    checkCaller('status', caller);
    const account = request.accountId === undefined ? undefined : await accounts.find(request.accountId);
    return {
      kms: health.state(now()),
      keyId: keyRing.currentKeyId,
      ...(account === undefined ? {} : { account: describe(account) }),
    };
  };
