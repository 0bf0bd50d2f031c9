import type { UserId } from '@trendpot/contracts';
import { isOpaqueToken, newOpaqueToken, tokenDigest } from '../opaque-token.ts';
import type { Clock } from '../ports.ts';

export interface SessionRecord {
  /** Digest of the cookie. */
  readonly id: string;
  readonly userId: UserId;
  readonly expiresAt: Date;
}

export interface SessionStore {
  add(session: SessionRecord & { readonly createdAt: Date }): Promise<void>;
  /** Undefined when unknown or expired at `at`. */
  find(id: string, at: Date): Promise<SessionRecord | undefined>;
  extend(id: string, expiresAt: Date): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface OpenSession {
  readonly userId: UserId;
  readonly expiresAt: Date;
  /** The stored end was moved on: the browser's cookie should be, too. */
  readonly extended: boolean;
}

export interface Sessions {
  begin(userId: UserId): Promise<{ token: string; expiresAt: Date }>;
  open(token: string | undefined): Promise<OpenSession | undefined>;
  end(token: string | undefined): Promise<void>;
}

/** A tenth of the lifetime passes before a session is written again: reading a page is not a write each time. */
const SLIDE_SHARE = 10;

/** Sessions that end `ttlMs` after their last use. The browser holds the token, the store only its digest. */
export const makeSessions = (store: SessionStore, clock: Clock, ttlMs: number): Sessions => ({
  begin: async (userId) => {
    const token = newOpaqueToken();
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + ttlMs);
    await store.add({ id: tokenDigest(token), userId, createdAt, expiresAt });
    return { token, expiresAt };
  },
  open: async (token) => {
    if (!isOpaqueToken(token)) return undefined;
    const now = clock.now();
    const id = tokenDigest(token);
    const session = await store.find(id, now);
    if (session === undefined) return undefined;
    const expiresAt = new Date(now.getTime() + ttlMs);
    const extended = expiresAt.getTime() - session.expiresAt.getTime() >= ttlMs / SLIDE_SHARE;
    if (extended) await store.extend(id, expiresAt);
    return { userId: session.userId, expiresAt: extended ? expiresAt : session.expiresAt, extended };
  },
  end: async (token) => {
    if (isOpaqueToken(token)) await store.remove(tokenDigest(token));
  },
});
