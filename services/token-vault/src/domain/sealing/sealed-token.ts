import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { sealBroken } from '../errors.ts';
import type { SealingKey } from './sealing-key.ts';
import { encodeBinding, type TokenBinding } from './token-binding.ts';
import { untraced } from './untraced.ts';

/**
 * The stored form of one token, version 1. Specified, with test vectors, in docs/sealed-token-format.md.
 *
 *     version (1) | nonce (12) | commitment (32) | ciphertext (as long as the token) | tag (16)
 */
export const FORMAT_VERSION = 1;
const NONCE_BYTES = 12;
const COMMITMENT_BYTES = 32;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + COMMITMENT_BYTES;
export const OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;

/** Seals one token. The nonce is a parameter for the test vectors alone. */
export const sealToken = (
  key: SealingKey,
  binding: TokenBinding,
  token: Uint8Array,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Buffer => {
  const cipher = untraced(() => createCipheriv('aes-256-gcm', key.encryption, nonce, { authTagLength: TAG_BYTES }));
  cipher.setAAD(encodeBinding(FORMAT_VERSION, binding));
  return Buffer.concat([
    Buffer.from([FORMAT_VERSION]),
    nonce,
    key.commitment,
    cipher.update(token),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
};

/** Whether `sealed` can have been made with `key`, told without decrypting anything. Throws what `openToken` would. */
export const checkCommitment = (key: SealingKey, sealed: Uint8Array): void => {
  if (sealed.length === 0 || sealed[0] !== FORMAT_VERSION) throw sealBroken('version');
  if (sealed.length < OVERHEAD_BYTES) throw sealBroken('length');
  if (!timingSafeEqual(sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES), key.commitment)) {
    throw sealBroken('commitment');
  }
};

/**
 * Opens one token. The caller zeroises the returned bytes after use.
 *
 * @throws PlatformError E_VAULT_SEAL_BROKEN, whatever the cause
 */
export const openToken = (key: SealingKey, binding: TokenBinding, sealed: Uint8Array): Buffer => {
  checkCommitment(key, sealed);
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const end = sealed.length - TAG_BYTES;
  const decipher = untraced(() => createDecipheriv('aes-256-gcm', key.encryption, nonce, { authTagLength: TAG_BYTES }));
  decipher.setAAD(encodeBinding(FORMAT_VERSION, binding));
  decipher.setAuthTag(sealed.subarray(end));
  const token = decipher.update(sealed.subarray(HEADER_BYTES, end));
  try {
    decipher.final();
    return token;
  } catch {
    token.fill(0);
    throw sealBroken('tag');
  }
};
