import type { DeadLetter } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import type { Account } from './account.ts';
import type { Change } from './change.ts';
import type { Answer, StoredVideo } from './video.ts';

/** An access token, lent for one call. */
export interface Lease {
  readonly token: Secret;
}

export interface TokenUse {
  readonly accountId: string;
  readonly requestId: string;
  readonly signal?: AbortSignal;
}

/**
 * One call with a lent token, which is held for this call only: without one, it waits for a permit as long as it takes.
 * A token that TikTok refuses is replaced once.
 *
 * @throws PlatformError of the vault, or whatever the call throws
 */
export type CallWithToken = <T>(use: TokenUse, call: (lease: Lease) => Promise<T>) => Promise<T>;

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
  ): Promise<Answer>;
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

export type Clock = () => Date;
