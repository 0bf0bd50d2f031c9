import { digestOfDataKey, type SealedCredential } from '@trendpot/persistence';
import { Binary } from 'mongodb';
import type { Credential } from '../domain/sealing/credential.ts';

const bytesOf = (binary: Binary): Uint8Array => binary.buffer.subarray(0, binary.position);

/** Whether the driver hands out `Binary` or, as under `promoteBuffers`, plain bytes. */
export const asBytes = (value: Binary | Uint8Array): Uint8Array =>
  value instanceof Uint8Array ? value : bytesOf(value);

/** What is stored where the tokens are; the wrapped data key goes elsewhere, in the same transaction. */
export const toDocument = ({ wrappedDataKey, ...credential }: Credential): SealedCredential => ({
  ...credential,
  dataKeyDigest: new Binary(digestOfDataKey(wrappedDataKey)),
  accessToken: new Binary(credential.accessToken),
  refreshToken: new Binary(credential.refreshToken),
});

export const toCredential = (document: SealedCredential, wrappedDataKey: Uint8Array): Credential => {
  const { keyId, accessTokenExpiresAt, refreshTokenExpiresAt, issuedAt, generation } = document;
  return {
    keyId,
    wrappedDataKey,
    accessToken: asBytes(document.accessToken),
    refreshToken: asBytes(document.refreshToken),
    accessTokenExpiresAt,
    refreshTokenExpiresAt,
    ...(issuedAt === undefined ? {} : { issuedAt }),
    generation,
  };
};
