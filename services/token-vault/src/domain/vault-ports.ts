import type { Accounts } from './accounts.ts';
import type { DataKeys } from './keys/data-keys.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { PendingRevocations } from './pending-revocations.ts';
import type { AuditTrail, Clock, OAuth, VaultLog, VaultMeter } from './ports.ts';

export interface VaultSettings {
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

/** What the vault's commands stand on; each picks what it needs. */
export interface VaultPorts {
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
  readonly settings: VaultSettings;
}
