import type { AccountId, ErrorCode, UserId } from '@trendpot/contracts';

/** One attempt to connect, from the hand-off page to the callback. */
export interface LoginIntent {
  /** Digest of the `state` parameter. */
  readonly state: string;
  /** Digest of the cookie of the browser that began. */
  readonly browser: string;
  readonly userId: UserId;
  readonly scopes: readonly string[];
  readonly codeVerifier?: string | undefined;
  readonly consentCopyVersion: string;
  readonly returnPath?: string | undefined;
  readonly expiresAt: Date;
}

/** How an attempt that was already taken went on. */
export type Taken =
  | { readonly kind: 'under-way' }
  | { readonly kind: 'connected'; readonly accountId: AccountId; readonly userId: UserId }
  | { readonly kind: 'failed'; readonly code: ErrorCode };

export type Taking =
  | { readonly kind: 'taken'; readonly intent: LoginIntent }
  | { readonly kind: 'taken-before'; readonly outcome: Taken }
  /** Unknown, expired, or begun in another browser: the three look the same. */
  | { readonly kind: 'invalid' };

export interface LoginIntents {
  add(intent: LoginIntent): Promise<void>;
  /** Of any number of concurrent calls with one state, exactly one gets `taken`. */
  take(state: string, browser: string, at: Date): Promise<Taking>;
  /** Records how it ended and keeps the record until `keepUntil`, for a callback that is loaded again. */
  finish(state: string, outcome: Exclude<Taken, { kind: 'under-way' }>, keepUntil: Date): Promise<void>;
  /** Undoes a taking whose code was not redeemed, so that the same callback can be loaded again. */
  release(state: string): Promise<void>;
}
