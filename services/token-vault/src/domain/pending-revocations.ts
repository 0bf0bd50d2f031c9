import type { AccountId, AuditEntry, RequestId, UserId } from '@trendpot/contracts';
import type { ToldTikTok } from './accounts.ts';
import type { Credential } from './sealing/credential.ts';

/** As long as TikTok itself keeps trying to deliver a webhook. Afterwards the credential is erased, told or not. */
export const KEEP_PENDING_MS = 72 * 3_600_000;

/** A disconnect TikTok has not been told of, claimed by this process. */
export interface PendingRevocation {
  readonly accountId: AccountId;
  readonly requestId: RequestId;
  readonly credential: Credential;
  readonly attempts: number;
  readonly keepUntil: Date;
  /** A refresh was under way at the moment of the disconnect and may still bring a newer pair; by the database's clock. */
  readonly refreshEndsInMs: number;
  /** A refresh, before the disconnect or for it, ended without an outcome: TikTok may have replaced the refresh token. */
  readonly refreshUnfinished: boolean;
  /** Number of the claim; every write below holds only for the newest. */
  readonly fence: number;
}

/** What a refresh brought for an account that was disconnected meanwhile. */
export interface AdoptedPair {
  readonly accountId: AccountId;
  /** The generation the refresh token was of. */
  readonly from: number;
  readonly credential: Credential;
  /** TikTok's name of the creator. */
  readonly openId: string | undefined;
  readonly keepUntil: Date;
}

/** The credentials of disconnected accounts, sealed, until TikTok was told. */
export interface PendingRevocations {
  /** Claims the one of `accountId`, or any that is due, for `leaseMs`. `undefined` when there is none, or it is claimed. */
  claim(holder: string, leaseMs: number, accountId?: AccountId): Promise<PendingRevocation | undefined>;
  /** Whether this claim is still the one, and the revocation was not withdrawn. */
  isClaimed(accountId: AccountId, fence: number): Promise<boolean>;
  /** Notes, before it happens, that TikTok is asked for the next pair. False when the claim has passed on. */
  beginRefresh(accountId: AccountId, fence: number): Promise<boolean>;
  /** The asking failed. `unknown` leaves the note: TikTok's answer, if there was one, is lost. */
  endRefresh(accountId: AccountId, fence: number, outcome: 'nothing-sent' | 'unknown'): Promise<void>;
  /** Makes a renewed pair durable before it is used. `undefined` when the claim has passed on. */
  storeRenewed(
    accountId: AccountId,
    fence: number,
    credential: Credential,
    entry: AuditEntry,
  ): Promise<true | undefined>;
  /**
   * Takes a pair over from a refresh that the disconnect outran, even when the grant had been given up by then: TikTok
   * can be told after all. `undefined` when it has been told, or the creator has connected again.
   */
  adopt(pair: AdoptedPair, entry: AuditEntry): Promise<true | undefined>;
  /** Erases it, notes the outcome at the account. */
  finish(
    accountId: AccountId,
    fence: number,
    outcome: Exclude<ToldTikTok, 'pending'>,
    entry: AuditEntry,
  ): Promise<true | undefined>;
  postpone(accountId: AccountId, fence: number, delayMs: number): Promise<void>;

  /** The accounts this person had connected that TikTok has not been told of. */
  ofPerson(userId: UserId): Promise<readonly AccountId[]>;
  /** The accounts of this creator TikTok has not been told of. */
  ofCreator(openId: string): Promise<readonly AccountId[]>;
  /** Erases one whoever has the claim, because telling TikTok now would end a newer grant. */
  withdraw(accountId: AccountId, entry: AuditEntry): Promise<true | undefined>;
}
