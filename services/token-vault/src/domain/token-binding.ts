import type { AccountId } from '@trendpot/contracts';

export type TokenField = 'access_token' | 'refresh_token';

/** Where a sealed token belongs. It opens there and nowhere else. */
export interface TokenBinding {
  readonly accountId: AccountId;
  readonly field: TokenField;
  /** ARN of the KMS key that wraps the data key. */
  readonly keyId: string;
  /** The token pair this token is one half of. */
  readonly generation: number;
}

const DOMAIN = 'trendpot/sealed-token';
const GENERATION_BYTES = 8;
const LENGTH_BYTES = 2;

/**
 * The binding as bytes, in one spelling only: every variable part carries its length, so no two bindings give the same
 * bytes however their parts are cut. Specified in docs/sealed-token-format.md.
 */
export const encodeBinding = (version: number, binding: TokenBinding): Buffer => {
  const parts = [binding.accountId, binding.field, binding.keyId];
  const sizes = parts.map((part) => Buffer.byteLength(part));
  const size = sizes.reduce((sum, part) => sum + LENGTH_BYTES + part, DOMAIN.length + 1 + GENERATION_BYTES);
  const bytes = Buffer.alloc(size);
  let at = bytes.write(DOMAIN, 'ascii');
  at = bytes.writeUInt8(version, at);
  for (const [index, part] of parts.entries()) {
    const length = sizes[index] as number;
    if (length > 0xffff) throw new RangeError('a binding field is too long');
    at = bytes.writeUInt16BE(length, at);
    at += bytes.write(part, at);
  }
  bytes.writeBigUInt64BE(BigInt(binding.generation), at);
  return bytes;
};
