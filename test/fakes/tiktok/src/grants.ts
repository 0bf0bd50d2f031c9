import { randomBytes } from 'node:crypto';
import type { Knobs } from './knobs.ts';

/** What a creator allowed one client, and the one pair of tokens that is alive. */
export interface Grant {
  readonly creator: string;
  readonly clientKey: string;
  scopes: readonly string[];
  accessTokens: Map<string, number>;
  refreshToken: string;
  refreshExpiresAt: number;
  generation: number;
  revoked: boolean;
  refreshesInFlight: number;
  maxRefreshesInFlight: number;
  /** A refresh token that was already replaced was presented: what real rotation punishes. */
  reuses: number;
}

export interface Code {
  readonly code: string;
  readonly clientKey: string;
  readonly creator: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly expiresAt: number;
  used: boolean;
}

const token = (prefix: string): string =>
  `${prefix}.${randomBytes(32).toString('base64url')}!${randomBytes(2).readUInt16BE()}`;

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessSeconds: number;
  readonly refreshSeconds: number;
}

/** Codes, grants and tokens of all creators. One grant per creator and client; consenting again replaces it. */
export class Grants {
  readonly #codes = new Map<string, Code>();
  readonly #grants = new Map<string, Grant>();
  readonly #byAccess = new Map<string, Grant>();
  readonly #byRefresh = new Map<string, Grant>();

  issueCode(details: Omit<Code, 'code' | 'used' | 'expiresAt'>, seconds: number): string {
    // Real codes contain both characters; a client that encodes twice or not at all breaks on them.
    const code = `${randomBytes(24).toString('base64url')}*0!${randomBytes(2).readUInt16BE()}.va`;
    this.#codes.set(code, { ...details, code, used: false, expiresAt: Date.now() + seconds * 1000 });
    return code;
  }

  /** Takes a code once; undefined when it is unknown, used or too old. */
  takeCode(value: string): Code | undefined {
    const code = this.#codes.get(value);
    if (code === undefined || code.used || Date.now() > code.expiresAt) return undefined;
    code.used = true;
    return code;
  }

  open(code: Code, knobs: Knobs): { grant: Grant; pair: TokenPair } {
    const key = `${code.clientKey}/${code.creator}`;
    const previous = this.#grants.get(key);
    if (previous !== undefined) this.#void(previous);
    const grant: Grant = {
      creator: code.creator,
      clientKey: code.clientKey,
      scopes: code.scopes,
      accessTokens: new Map(),
      refreshToken: '',
      refreshExpiresAt: 0,
      generation: 0,
      revoked: false,
      refreshesInFlight: 0,
      maxRefreshesInFlight: 0,
      reuses: 0,
    };
    this.#grants.set(key, grant);
    return { grant, pair: this.rotate(grant, knobs) };
  }

  rotate(grant: Grant, knobs: Knobs): TokenPair {
    const keeps = knobs.rotation === 'same-token' && grant.refreshToken !== '';
    if (!keeps) {
      this.#byRefresh.delete(grant.refreshToken);
      grant.refreshToken = token('rft');
      this.#byRefresh.set(grant.refreshToken, grant);
    }
    grant.refreshExpiresAt = Date.now() + knobs.refreshTokenSeconds * 1000;
    grant.generation += 1;
    const accessToken = token('act');
    grant.accessTokens.set(accessToken, Date.now() + knobs.accessTokenSeconds * 1000);
    this.#byAccess.set(accessToken, grant);
    return {
      accessToken,
      refreshToken: grant.refreshToken,
      accessSeconds: knobs.accessTokenSeconds,
      refreshSeconds: knobs.refreshTokenSeconds,
    };
  }

  byRefreshToken(value: string): Grant | undefined {
    const grant = this.#byRefresh.get(value);
    return grant === undefined || grant.revoked || Date.now() > grant.refreshExpiresAt ? undefined : grant;
  }

  /** The grant of a live access token. */
  byAccessToken(value: string): Grant | undefined {
    const grant = this.#byAccess.get(value);
    const expiresAt = grant?.accessTokens.get(value);
    return grant === undefined || grant.revoked || expiresAt === undefined || Date.now() > expiresAt
      ? undefined
      : grant;
  }

  revoke(grant: Grant): void {
    this.#void(grant);
  }

  /** Ends every access token of a creator at once, as TikTok does when it loses one. */
  expireAccess(creator: string): void {
    for (const grant of this.#grants.values()) if (grant.creator === creator) grant.accessTokens.clear();
  }

  revokeCreator(creator: string): void {
    for (const grant of this.#grants.values()) if (grant.creator === creator) this.#void(grant);
  }

  list(): Grant[] {
    return [...this.#grants.values()];
  }

  clear(): void {
    for (const map of [this.#codes, this.#grants, this.#byAccess, this.#byRefresh]) map.clear();
  }

  #void(grant: Grant): void {
    grant.revoked = true;
    grant.accessTokens.clear();
    this.#byRefresh.delete(grant.refreshToken);
  }
}
