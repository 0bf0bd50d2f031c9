import type { AccountState, AuditFact, RequestId } from '@trendpot/contracts';
import { PlatformError } from '@trendpot/contracts';
import type { Accounts, VaultAccount } from './accounts.ts';
import type { DataKeys } from './keys/data-keys.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { PendingRevocations } from './pending-revocations.ts';
import type { AuditTrail, Clock, OAuth, VaultLog, VaultMeter } from './ports.ts';
import type { Credential } from './sealing/credential.ts';

export interface RenewalSettings {
  /** Names this process in the intent record. */
  readonly holder: string;
  /** How long a turn lasts. */
  readonly leaseMs: number;
  /** How long a call to TikTok may take; it is not begun unless that much of the turn is left. */
  readonly callMs: number;
  /** How long to wait for a turn that another replica has. */
  readonly waitMs: number;
  /** How long to insist on storing a pair that exists nowhere else. */
  readonly insistMs: number;
  /** How long one process may work on one revocation. */
  readonly claimMs: number;
  /** How long a creator who connects again waits for a revocation of theirs that is under way. */
  readonly reconnectWaitMs: number;
  readonly missingScopes: (granted: readonly string[]) => readonly string[];
}

export interface RenewalPorts {
  readonly accounts: Accounts;
  readonly pendingRevocations: PendingRevocations;
  readonly dataKeys: DataKeys;
  readonly oauth: OAuth;
  readonly audit: AuditTrail;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly log: VaultLog;
  readonly meter: VaultMeter;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly settings: RenewalSettings;
}

/** On whose behalf a token is opened; part of every audit entry about it. */
export interface Purpose {
  readonly requestId: RequestId;
  readonly caller: string;
  readonly operation: string;
}

export type ConnectedAccount = VaultAccount & { readonly credential: Credential };

const ENDED: Partial<Record<AccountState, 'E_ACCOUNT_REVOKED' | 'E_NEEDS_CONSENT'>> = {
  revoked: 'E_ACCOUNT_REVOKED',
  needs_consent: 'E_NEEDS_CONSENT',
};

/** @throws PlatformError E_ACCOUNT_NOT_FOUND, E_ACCOUNT_REVOKED, E_NEEDS_CONSENT */
export const requireConnected = (account: VaultAccount | undefined): ConnectedAccount => {
  if (account === undefined) throw new PlatformError('E_ACCOUNT_NOT_FOUND', 'no account has this id');
  const ended = ENDED[account.state];
  if (ended !== undefined) throw new PlatformError(ended, `account ${account.accountId} is ${account.state}`);
  if (account.credential === undefined) {
    throw new PlatformError('E_NEEDS_CONSENT', `account ${account.accountId} has no credential`);
  }
  return { ...account, credential: account.credential };
};

/** An audit fact about one account, for one purpose. */
export const factOf = (
  clock: Clock,
  action: AuditFact['action'],
  accountId: AuditFact['accountId'],
  { requestId, caller, operation }: Purpose,
  outcome: AuditFact['outcome'],
  more: Pick<AuditFact, 'actor' | 'reason' | 'cause'> = {},
): AuditFact => ({
  at: clock().toISOString(),
  action,
  requestId,
  accountId,
  operation,
  caller,
  outcome,
  ...more,
});
