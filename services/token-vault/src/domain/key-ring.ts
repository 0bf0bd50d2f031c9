import { PlatformError } from '@trendpot/contracts';

/** The KMS keys this vault accepts, as ARNs. There is no other key: what is sealed under none of these stays shut. */
export interface KeyRing {
  readonly currentKeyId: string;
  readonly previousKeyIds: readonly string[];
}

export const isCurrentKey = (ring: KeyRing, keyId: string): boolean => keyId === ring.currentKeyId;

/**
 * Called before anything is decrypted.
 *
 * @throws PlatformError E_TIKTOK_KEY_MISMATCH
 */
export const checkKey = (ring: KeyRing, keyId: string): void => {
  if (isCurrentKey(ring, keyId) || ring.previousKeyIds.includes(keyId)) return;
  throw new PlatformError('E_TIKTOK_KEY_MISMATCH', `key ${keyId} is neither the current key nor a listed previous one`);
};
