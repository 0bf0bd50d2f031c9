import type { AccountId, AuditEntry } from '@trendpot/contracts';
import type { Credential } from '../sealing/credential.ts';

/** Where credentials lie: with the account (and its user's mirror), or with a disconnect TikTok was not told of yet. */
export type SealedPlace = 'accounts' | 'pending-revocations';
export const SEALED_PLACES: readonly SealedPlace[] = ['accounts', 'pending-revocations'];

export interface SealedAt {
  readonly place: SealedPlace;
  readonly accountId: AccountId;
  readonly credential: Credential;
}

/** How many credentials a key still opens. */
export interface KeyUse {
  readonly keyId: string;
  readonly credentials: number;
  /** Running vault processes that seal under it. */
  readonly writers: number;
}

export const useOf = (uses: readonly KeyUse[], keyId: string): KeyUse =>
  uses.find((use) => use.keyId === keyId) ?? { keyId, credentials: 0, writers: 0 };

/** Nothing is sealed under the key any more, and nobody is running who would seal under it. */
export const isRetirable = ({ credentials, writers }: KeyUse): boolean => credentials === 0 && writers === 0;

/** The credentials by the key they are sealed under. */
export interface SealedPlaces {
  /** Up to `limit` that are not sealed under `keyId`, in the order of their ids, after the one given. */
  notUnder(
    keyId: string,
    place: SealedPlace,
    after: AccountId | undefined,
    limit: number,
  ): Promise<readonly SealedAt[]>;
  /** Replaces a credential by the same pair under another key. Holds only if nobody has changed it meanwhile. */
  replace(old: SealedAt, credential: Credential, entry: AuditEntry): Promise<true | undefined>;
  census(): Promise<readonly KeyUse[]>;
}
