import type { SealedCredential } from '@trendpot/persistence';
import { Binary } from 'mongodb';
import type { Credential } from '../domain/credential.ts';

const bytesOf = (binary: Binary): Uint8Array => binary.buffer.subarray(0, binary.position);

/** Whether the driver hands out `Binary` or, as under `promoteBuffers`, plain bytes. */
const asBytes = (value: Binary | Uint8Array): Uint8Array => (value instanceof Uint8Array ? value : bytesOf(value));

export const toDocument = (credential: Credential): SealedCredential => ({
  ...credential,
  wrappedDataKey: new Binary(credential.wrappedDataKey),
  accessToken: new Binary(credential.accessToken),
  refreshToken: new Binary(credential.refreshToken),
});

export const toCredential = (document: SealedCredential): Credential => ({
  ...document,
  wrappedDataKey: asBytes(document.wrappedDataKey),
  accessToken: asBytes(document.accessToken),
  refreshToken: asBytes(document.refreshToken),
});
