import type { AccountId, AuditEntry, RequestId } from '@trendpot/contracts';
import type { ToldTikTok } from './accounts.ts';
import type { Credential } from './credential.ts';

/** A disconnect TikTok has not been told of, claimed by this process. */
export interface PendingRevocation {
  readonly accountId: AccountId;
  readonly requestId: RequestId;
  readonly credential: Credential;
  readonly attempts: number;
  readonly keepUntil: Date;
  /** A refresh was under way at the moment of the disconnect and may still bring a newer pair; by the database's clock. */
  readonly refreshEndsInMs: number;
  /** Number of the claim; every write below holds only for the newest. */
  readonly fence: number;
}

/** The credentials of disconnected accounts, sealed, until TikTok was told. */
export interface PendingRevocations {
  /** Claims the one of `accountId`, or any that is due, for `leaseMs`. `undefined` when there is none, or it is claimed. */
  claim(holder: string, leaseMs: number, accountId?: AccountId): Promise<PendingRevocation | undefined>;
  /** Makes a renewed pair durable before it is used. False when the claim has passed on. */
  storeRenewed(accountId: AccountId, fence: number, credential: Credential): Promise<boolean>;
  /** A refresh that lost against the disconnect hands its pair over. False when TikTok has already been told. */
  adopt(accountId: AccountId, from: number, credential: Credential): Promise<boolean>;
  /** Erases it, notes the outcome at the account. */
  finish(
    accountId: AccountId,
    fence: number,
    outcome: Exclude<ToldTikTok, 'pending'>,
    entry: AuditEntry,
  ): Promise<true | undefined>;
  postpone(accountId: AccountId, fence: number, delayMs: number): Promise<void>;
}
