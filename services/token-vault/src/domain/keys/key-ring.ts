import { PlatformError } from '@trendpot/contracts';
import type { VaultMeter } from '../ports.ts';

/** The KMS keys this vault accepts, as ARNs. There is no other key: what is sealed under none of these stays shut. */
export interface KeyRing {
  readonly currentKeyId: string;
  readonly previousKeyIds: readonly string[];
}

export const isCurrentKey = (ring: KeyRing, keyId: string): boolean => keyId === ring.currentKeyId;

interface Ports {
  readonly keyRing: KeyRing;
  readonly meter: Pick<VaultMeter, 'keyMismatch'>;
}

/**
 * Called before anything is decrypted; a key that is not accepted is counted here, whoever asked.
 *
 * @throws PlatformError E_TIKTOK_KEY_MISMATCH
 */
export const checkKey = ({ keyRing, meter }: Ports, keyId: string): void => {
  if (isCurrentKey(keyRing, keyId) || keyRing.previousKeyIds.includes(keyId)) return;
  meter.keyMismatch();
  throw new PlatformError('E_TIKTOK_KEY_MISMATCH', `key ${keyId} is neither the current key nor a listed previous one`);
};
