import { randomBytes } from 'node:crypto';
import type { IssuedCode } from './codes.ts';
import type { Knobs } from './knobs.ts';

export type VoidedReason = 'revoked-by-app' | 'revoked-by-creator' | 'consented-again';

/** What a creator allowed one app, with the tokens it got for it. */
export interface Grant {
  readonly creator: string;
  readonly clientKey: string;
  readonly scopes: readonly string[];
  /** Live access tokens and when each ends, in Unix milliseconds. */
  readonly accessTokens: Map<string, number>;
  refreshToken: string;
  refreshExpiresAt: number;
  /** 1 after the exchange, one more with every refresh. */
  generation: number;
  voided: VoidedReason | undefined;
  refreshesInFlight: number;
  maxRefreshesInFlight: number;
  /** How often a refresh token was presented that had been replaced already. */
  lateRefreshes: number;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Real tokens end with an exclamation mark and digits: whoever checks their characters too closely breaks. */
const token = (prefix: string): string =>
  `${prefix}.${randomBytes(32).toString('base64url')}!${1000 + (randomBytes(2).readUInt16BE() % 9000)}`;

/** The grants of all creators: one per creator and app, consenting again replaces it. */
export class Grants {
  readonly #grants = new Map<string, Grant>();
  /** Dead tokens stay, so that the call log can tell whose they were. */
  readonly #byAccess = new Map<string, Grant>();
  readonly #byRefresh = new Map<string, Grant>();

  open({ clientKey, creator, scopes }: IssuedCode, knobs: Pick<Knobs, 'consentAgain'>): Grant {
    const key = `${clientKey}/${creator}`;
    const previous = this.#grants.get(key);
    const kept = new Map(knobs.consentAgain === 'joins' ? previous?.accessTokens : []);
    if (previous !== undefined) this.void(previous, 'consented-again');
    const grant: Grant = {
      creator,
      clientKey,
      scopes,
      accessTokens: kept,
      refreshToken: '',
      refreshExpiresAt: 0,
      generation: 0,
      voided: undefined,
      refreshesInFlight: 0,
      maxRefreshesInFlight: 0,
      lateRefreshes: 0,
    };
    this.#grants.set(key, grant);
    for (const accessToken of kept.keys()) this.#byAccess.set(accessToken, grant);
    return grant;
  }

  /** Issues the next pair. Access tokens issued before live on until they expire. */
  issue(grant: Grant, knobs: Knobs): TokenPair {
    const now = Date.now();
    if (knobs.rotation === 'strict' || grant.refreshToken === '') grant.refreshToken = token('rft');
    grant.refreshExpiresAt = now + knobs.refreshTokenSeconds * 1000;
    grant.generation += 1;
    const accessToken = token('act');
    grant.accessTokens.set(accessToken, now + knobs.accessTokenSeconds * 1000);
    this.#byAccess.set(accessToken, grant);
    this.#byRefresh.set(grant.refreshToken, grant);
    return { accessToken, refreshToken: grant.refreshToken };
  }

  /** The grant of a live refresh token. */
  byRefreshToken(value: string): Grant | undefined {
    const grant = this.#byRefresh.get(value);
    const live = grant?.voided === undefined && grant?.refreshToken === value && Date.now() < grant.refreshExpiresAt;
    return live ? grant : undefined;
  }

  /** The grant of a live access token. */
  byAccessToken(value: string): Grant | undefined {
    const grant = this.#byAccess.get(value);
    return (grant?.accessTokens.get(value) ?? 0) > Date.now() ? grant : undefined;
  }

  ownerOfAccessToken(value: string): Grant | undefined {
    return this.#byAccess.get(value);
  }

  ownerOfRefreshToken(value: string): Grant | undefined {
    return this.#byRefresh.get(value);
  }

  /** Ends the grant with all its tokens. */
  void(grant: Grant, reason: VoidedReason): void {
    grant.voided ??= reason;
    grant.accessTokens.clear();
  }

  ofCreator(creator: string): Grant[] {
    return this.list().filter((grant) => grant.creator === creator);
  }

  list(): Grant[] {
    return [...this.#grants.values()];
  }

  clear(): void {
    for (const map of [this.#grants, this.#byAccess, this.#byRefresh]) map.clear();
  }
}
