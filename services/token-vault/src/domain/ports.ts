import type { AccountId, AuditEntry, AuditFact } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import type { TokenPair } from './sealing/credential.ts';

/** The time of day. Deadlines inside one process use `performance.now()` instead. */
export type Clock = () => Date;

/** A data key fresh from KMS. Whoever gets it zeroises `plaintext`. */
export interface NewDataKey {
  /** ARN of the key that wraps it, whatever name was asked for. */
  readonly keyId: string;
  readonly plaintext: Uint8Array;
  readonly wrapped: Uint8Array;
}

/**
 * KMS, as far as this vault needs it. Both calls bind the data key to the account by its encryption context.
 *
 * @throws PlatformError E_VAULT_KMS_UNAVAILABLE (throttled, timed out, unreachable, garbage), E_VAULT_KMS_DENIED (access
 *   denied, disabled, pending deletion, unknown key), E_VAULT_SEAL_BROKEN (the wrapped key is not of this key or account)
 */
export interface KeyService {
  generateDataKey(keyId: string, accountId: AccountId): Promise<NewDataKey>;
  unwrapDataKey(keyId: string, wrapped: Uint8Array, accountId: AccountId): Promise<Uint8Array>;
}

export interface Grant extends TokenPair {
  readonly openId?: string;
  /** Absent when TikTok does not say: then nothing has changed. */
  readonly scopes?: readonly string[];
}

/**
 * TikTok's OAuth endpoints. None is ever retried by the adapter.
 *
 * - `exchange` throws E_CODE_REJECTED, E_TIKTOK_CLIENT_REJECTED, E_TIKTOK_UNAVAILABLE
 * - `refresh` throws E_NEEDS_CONSENT (invalid_grant: the refresh token is void), E_TIKTOK_UNAVAILABLE (the outcome is
 *   unknown: the pair may have been replaced), E_TIKTOK_CLIENT_REJECTED, E_TIKTOK_RESPONSE_INVALID (as unknown)
 * - `revoke` throws E_TIKTOK_TOKEN_REJECTED (the access token is unknown, expired or void), E_TIKTOK_UNAVAILABLE
 *
 * A call ends, answered or not, before the timeout the adapter was made with.
 */
export interface OAuth {
  exchange(code: {
    readonly code: string;
    readonly redirectUri: string;
    readonly codeVerifier?: string | undefined;
  }): Promise<Grant & { readonly openId: string }>;
  /** `beforeSend` runs at the last moment before the request leaves; if it throws, nothing was sent. */
  refresh(refreshToken: Secret, beforeSend?: () => void): Promise<Grant>;
  revoke(accessToken: Secret, beforeSend?: () => void): Promise<void>;
  /** Whether TikTok may have acted on the call that failed with this error. */
  wasSent(error: unknown): boolean;
}

/**
 * The audit. An entry that was recorded is durable; what it speaks of happens only after that.
 *
 * @throws PlatformError E_VAULT_AUDIT_UNAVAILABLE when it cannot be recorded
 */
export interface AuditTrail {
  record(fact: AuditFact): Promise<AuditEntry>;
  /**
   * Hands `write` the next entry, to be stored in the same transaction as the change it speaks of. `undefined` from
   * `write` says for certain that nothing was stored; the entry's place is then used by the next one.
   */
  recordWith<T>(fact: AuditFact, write: (entry: AuditEntry) => Promise<T | undefined>): Promise<T | undefined>;
}

/** Where entries are kept. Appending the same entry twice is harmless; a rejection leaves open whether it was stored. */
export interface AuditStore {
  readonly mostAtOnce: number;
  append(entries: readonly AuditEntry[]): Promise<void>;
}

/** Seals bytes to the ephemeral public key of whoever asked. */
export type SealTo = (
  recipient: string,
  plaintext: Uint8Array,
) => { readonly sealed: Uint8Array; readonly sender: string };

export interface VaultLog {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** What is counted. Every method returns at once and never throws. */
export interface VaultMeter {
  leased(outcome: string, milliseconds: number): void;
  keyMismatch(): void;
  refreshed(outcome: 'renewed' | 'lost' | 'refused' | 'failed'): void;
  revoked(atTikTok: 'revoked' | 'already-void' | 'given-up'): void;
  exchanged(outcome: string): void;
  rewrapped(outcome: 'done' | 'skipped' | 'failed'): void;
  kmsCalled(
    operation: 'generate' | 'unwrap',
    outcome: 'done' | 'unavailable' | 'denied' | 'broken',
    milliseconds: number,
  ): void;
  dataKeyAsked(outcome: 'cached' | 'stale' | 'unwrapped' | 'refused'): void;
}
