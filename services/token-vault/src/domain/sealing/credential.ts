import type { AccountId } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import { openToken, sealToken } from './sealed-token.ts';
import type { SealingKey } from './sealing-key.ts';
import type { TokenField } from './token-binding.ts';

/** Both tokens of an account as they are stored: sealed, with what is needed to judge them unopened. */
export interface Credential {
  readonly keyId: string;
  readonly wrappedDataKey: Uint8Array;
  readonly accessToken: Uint8Array;
  readonly refreshToken: Uint8Array;
  readonly accessTokenExpiresAt: Date;
  readonly refreshTokenExpiresAt: Date;
  /** Absent in credentials of before this was recorded. */
  readonly issuedAt?: Date;
  readonly generation: number;
}

/** What TikTok issues, for an exchange as for a refresh. */
export interface TokenPair {
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
}

/** A data key as it is stored: wrapped, with the key that wraps it. */
export interface WrappedDataKey {
  readonly keyId: string;
  readonly wrapped: Uint8Array;
}

export const dataKeyOf = ({ keyId, wrappedDataKey }: Credential): WrappedDataKey => ({
  keyId,
  wrapped: wrappedDataKey,
});

const sealText = (key: SealingKey, accountId: AccountId, credential: SealPlace, field: TokenField, token: Secret) => {
  const plain = Buffer.from(token.reveal(), 'utf8');
  try {
    return sealToken(key, { accountId, field, keyId: credential.keyId, generation: credential.generation }, plain);
  } finally {
    plain.fill(0);
  }
};

interface SealPlace {
  readonly keyId: string;
  readonly generation: number;
}

/** Seals a new pair as generation `generation`. Expiries count from `issuedAt`, when the request was sent: never too late. */
export const sealPair = (
  key: SealingKey,
  dataKey: WrappedDataKey,
  accountId: AccountId,
  generation: number,
  pair: TokenPair,
  issuedAt: Date,
): Credential => {
  const place = { keyId: dataKey.keyId, generation };
  return {
    keyId: dataKey.keyId,
    wrappedDataKey: dataKey.wrapped,
    accessToken: sealText(key, accountId, place, 'access_token', pair.accessToken),
    refreshToken: sealText(key, accountId, place, 'refresh_token', pair.refreshToken),
    accessTokenExpiresAt: new Date(issuedAt.getTime() + pair.accessTokenSeconds * 1000),
    refreshTokenExpiresAt: new Date(issuedAt.getTime() + pair.refreshTokenSeconds * 1000),
    issuedAt,
    generation,
  };
};

const blobOf = (credential: Credential, field: TokenField): Uint8Array =>
  field === 'access_token' ? credential.accessToken : credential.refreshToken;

/** Opens one half of a pair. The caller zeroises the bytes. */
export const openField = (key: SealingKey, accountId: AccountId, credential: Credential, field: TokenField): Buffer =>
  openToken(
    key,
    { accountId, field, keyId: credential.keyId, generation: credential.generation },
    blobOf(credential, field),
  );

/** The same pair, sealed under another data key. Generation and expiries stay: TikTok issued nothing new. */
export const resealCredential = (
  from: SealingKey,
  to: SealingKey,
  dataKey: WrappedDataKey,
  accountId: AccountId,
  credential: Credential,
): Credential => {
  const reseal = (field: TokenField): Buffer => {
    const plain = openField(from, accountId, credential, field);
    try {
      return sealToken(to, { accountId, field, keyId: dataKey.keyId, generation: credential.generation }, plain);
    } finally {
      plain.fill(0);
    }
  };
  return {
    ...credential,
    keyId: dataKey.keyId,
    wrappedDataKey: dataKey.wrapped,
    accessToken: reseal('access_token'),
    refreshToken: reseal('refresh_token'),
  };
};
