import { hkdfSync } from 'node:crypto';

/** What one account's data key is turned into. Only derived keys stay in memory; the data key itself is zeroised. */
export interface SealingKey {
  readonly encryption: Buffer;
  /** Stored with every blob: proves which data key sealed it, tells nothing about the key. */
  readonly commitment: Buffer;
}

export const DATA_KEY_BYTES = 32;

const NO_SALT = Buffer.alloc(0);
const derive = (dataKey: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', dataKey, NO_SALT, `trendpot/sealed-token/v1/${purpose}`, 32));

/**
 * Derives the pair of keys from a data key and zeroises the data key. AES-GCM alone does not commit to its key: a blob
 * can be made that opens under two keys, hence the commitment.
 */
export const deriveSealingKey = (dataKey: Uint8Array): SealingKey => {
  try {
    if (dataKey.length !== DATA_KEY_BYTES) throw new RangeError('a data key has 32 bytes');
    return { encryption: derive(dataKey, 'encryption'), commitment: derive(dataKey, 'commitment') };
  } finally {
    dataKey.fill(0);
  }
};

/** For work that spans several steps; whoever makes a copy zeroises it. */
export const copySealingKey = (key: SealingKey): SealingKey => ({
  encryption: Buffer.from(key.encryption),
  commitment: Buffer.from(key.commitment),
});

export const zeroise = (key: SealingKey): void => {
  key.encryption.fill(0);
  key.commitment.fill(0);
};
