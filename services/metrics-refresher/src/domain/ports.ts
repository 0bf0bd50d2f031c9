import type { DeadLetter } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import type { Account } from './account.ts';
import type { Change } from './change.ts';
import type { QueriedVideo, StoredVideo } from './video.ts';

/** An access token, lent for one call. */
export interface Lease {
  readonly token: Secret;
  readonly generation: number;
  readonly expiresAt: Date;
}

export interface TokenVault {
  /**
   * Lends the access token of an account. `rejectedGeneration` names the token TikTok refused: if it is still the
   * current one, it is refreshed first.
   *
   * @throws PlatformError E_UNAVAILABLE, E_ACCOUNT_REVOKED, E_NEEDS_CONSENT, or another refusal of the vault
   */
  lease(request: {
    readonly accountId: string;
    readonly requestId: string;
    readonly rejectedGeneration?: number;
  }): Promise<Lease>;
}

/** A caller's turn to have a token lent. It passes on by itself when a call has begun, or after a moment. */
export interface Turn {
  /** No call will follow. Harmless when the turn has passed on. */
  end(): void;
}

/**
 * TikTok's Display API. A call takes a permit of the background share at the last moment and waits for one no longer
 * than the lease is good for.
 */
export interface DisplayApi {
  /**
   * The videos TikTok knows for this creator under these ids, at most 20; in any order, absent ones left out.
   *
   * @throws PlatformError E_PERMIT_UNAVAILABLE, E_PERMIT_STALE when nothing was sent; otherwise an E_TIKTOK_ error or
   *   E_SCOPE_MISSING
   */
  query(
    lease: Lease,
    request: { readonly videoIds: readonly string[]; readonly fields: 'all' | 'counts' },
    signal?: AbortSignal,
  ): Promise<readonly QueriedVideo[]>;
  /**
   * Resolves when it is the caller's turn to have a token lent; takes no permit. Whoever `wasRefused` one waits until one
   * could be had; whoever was not only waits for those who were. Rejects when `signal` aborts.
   */
  turn(wasRefused: boolean, signal?: AbortSignal): Promise<Turn>;
}

/** What a change is decided on: read in the transaction that stores the change. */
export interface Current {
  readonly account: Account | undefined;
  /** Those of the asked videos that are still stored for the account, in the order of ids. */
  readonly videos: readonly StoredVideo[];
}

export interface Library {
  account(accountId: string): Promise<Account | undefined>;
  /** The account's next videos after `after`, in the order of ids. */
  videosAfter(accountId: string, after: string | undefined, limit: number): Promise<readonly StoredVideo[]>;
  /**
   * Asks `decide` what to change and stores it in one transaction: account, videos and outbox, all or nothing. Two
   * changes of one account exclude each other; the one that loses is decided again on what the other left, so `decide`
   * must have no effect of its own. What it throws comes back and nothing is stored.
   *
   * @returns what was stored; undefined when `decide` wanted no change.
   */
  change(
    about: { readonly accountId: string; readonly videoIds?: readonly string[] },
    decide: (current: Current) => Change | undefined,
  ): Promise<Change | undefined>;
}

export interface CallBudget {
  /** What the day allows and has seen, and what one round of all accounts takes. May be a minute old. */
  today(): Promise<{
    readonly perDay: number;
    readonly usedInDay: number;
    readonly dayMs: number;
    readonly callsOfAllRounds: number;
  }>;
}

export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What the refresher counts. */
export interface RefreshMeter {
  /** A refresh job ended with its batch stored; `seconds` include the wait for a permit. */
  jobDone(seconds: number): void;
  jobDropped(): void;
  jobRestored(): void;
  videosRefreshed(count: number): void;
  videosRemoved(count: number): void;
}

export interface Operations {
  /** Tells whoever is on duty, where an address is configured. Best effort: it never throws. */
  jobFailed(letter: DeadLetter): Promise<void>;
}

export interface Erasure {
  /** Removes jobs and schedules of the account; returns how many there were. Repeatable. */
  jobs(accountId: string): Promise<number>;
}

export interface Accounts {
  /** Accounts that ought to have work and were left alone for a while: at most `limit`, in id order, after `after`. */
  quiet(after: string | undefined, limit: number): Promise<readonly Account[]>;
  /** Whether a refresh job or schedule of the account waits anywhere: in the stream or on its way there. */
  hasWork(accountId: string): Promise<boolean>;
}

export type Clock = () => Date;
