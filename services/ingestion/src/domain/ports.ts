import type { DeadLetter, EmbedVerdict, LeaseOperation, UntrustedEmbed } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import type { Account } from './account.ts';
import type { Change } from './change.ts';
import type { Answer, ListedPage, Onward, StoredVideo } from './video.ts';

/** Who pays for a call: a person who waits, or the platform in the background. */
export type CallKind = 'interactive' | 'background';

export interface CallOptions {
  readonly kind: CallKind;
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for a permit; never longer than the lease is good for. */
  readonly permitWaitMs?: number;
}

/** An access token, lent for one call. */
export interface Lease {
  readonly token: Secret;
}

export interface TokenUse extends CallOptions {
  readonly accountId: string;
  readonly operation: LeaseOperation;
  readonly requestId: string;
  /** A job waits for a permit as long as it takes, without holding a token; a person is told to come back. */
  readonly patient: boolean;
}

/**
 * One call with a lent token, which is held for this call only. A token that TikTok refuses is replaced once.
 *
 * @throws PlatformError of the vault, or whatever the call throws
 */
export type CallWithToken = <T>(use: TokenUse, call: (lease: Lease) => Promise<T>) => Promise<T>;

/**
 * When only the creator can help, the account says so and its work ends until they reconnect.
 *
 * @returns whether `thrown` was of that kind; false as well when it was of an old grant.
 */
export type ReportNeedsConsent = (accountId: string, thrown: unknown) => Promise<boolean>;

/** A creator's public name as plain text, and a picture on one of TikTok's own hosts. */
export interface Profile {
  readonly displayName?: string;
  readonly avatarUrl?: string;
}

/** A page from where another one led, or the newest one. */
export interface PageOfLibrary extends Partial<Onward> {
  readonly maxCount: number;
}

/**
 * TikTok's Display API. Every call takes a permit at the last moment and waits for one no longer than the lease is
 * good for.
 *
 * @throws PlatformError E_PERMIT_UNAVAILABLE, E_PERMIT_STALE when nothing was sent; otherwise an E_TIKTOK_ error or
 *   E_SCOPE_MISSING.
 */
export interface DisplayApi {
  /**
   * A page older than `cursor`, and where to go on from it: short and empty pages, siblings of one second and cursors
   * that repeat cost no video and never lead in a circle. A sibling may come twice.
   */
  list(lease: Lease, page: PageOfLibrary, options: CallOptions): Promise<ListedPage>;
  /**
   * The same for someone who reads page after page and keeps nothing but a cursor: no video comes twice. Its cursors are
   * its own and hold all that a walk keeps.
   */
  livePage(lease: Lease, page: PageOfLibrary, options: CallOptions): Promise<ListedPage>;
  /** The videos TikTok knows for this creator under these ids, at most 20; in any order, absent ones left out. */
  query(lease: Lease, videoIds: readonly string[], options: CallOptions): Promise<Answer>;
  profile(lease: Lease, options: CallOptions): Promise<Profile>;
}

export interface EmbedSanitizer {
  /**
   * One verdict for each embed, at most 20 at once.
   *
   * @throws PlatformError E_UNAVAILABLE
   */
  sanitize(requestId: string, embeds: readonly UntrustedEmbed[]): Promise<readonly EmbedVerdict[]>;
}

/** What a change is decided on: read in the transaction that stores the change. */
export interface Current {
  readonly account: Account | undefined;
  /** Those of the asked videos that are stored, for whichever account, by id. */
  readonly known: ReadonlyMap<string, StoredVideo>;
  /** Owners of `known` who have disconnected: their videos are waiting for erasure and belong to nobody. */
  readonly departed: ReadonlySet<string>;
  /** How many videos of the account are stored. Given when asked for, else what the account says. */
  readonly storedVideos: number;
}

export interface Library {
  account(accountId: string): Promise<Account | undefined>;
  video(videoId: string): Promise<StoredVideo | undefined>;
  /**
   * Asks `decide` what to change and stores it in one transaction: account, videos and outbox, all or nothing. Two
   * changes of one account exclude each other; the one that loses is decided again on what the other left, so `decide`
   * must have no effect of its own. What it throws comes back and nothing is stored.
   *
   * @returns what was stored; undefined when `decide` wanted no change.
   */
  change(
    about: { readonly accountId: string; readonly videoIds?: readonly string[]; readonly recount?: boolean },
    decide: (current: Current) => Change | undefined,
  ): Promise<Change | undefined>;
}

export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What ingestion counts. */
export interface IngestionMeter {
  /** A page job ended with its page stored; `seconds` include the wait for a permit. */
  jobDone(seconds: number): void;
  jobDropped(): void;
  jobRestored(): void;
  videosStored(count: number): void;
  videosRefused(reason: 'embed' | 'foreign', count: number): void;
}

export interface Operations {
  /** Tells whoever is on duty, where an address is configured. Best effort: it never throws. */
  jobFailed(letter: DeadLetter): Promise<void>;
}

export interface Erasure {
  /** Removes every stored video of the account; returns how many there were. Repeatable. */
  videos(accountId: string): Promise<number>;
  /** Erases the account's past events from the event stream, but those that tell others to forget it. Repeatable. */
  events(accountId: string): Promise<number>;
  /** Removes jobs and schedules of the account, and its dead letters of every queue. Repeatable. */
  jobs(accountId: string): Promise<number>;
}

export type Clock = () => Date;
