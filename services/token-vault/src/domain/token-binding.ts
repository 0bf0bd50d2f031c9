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

const DOMAIN = Buffer.from('trendpot/sealed-token', 'ascii');

const lengthPrefixed = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 0xffff) throw new RangeError('a binding field is too long');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/**
 * The binding as bytes, in one spelling only: every variable part carries its length, so no two bindings give the same
 * bytes however their parts are cut. Specified in docs/sealed-token-format.md.
 */
export const encodeBinding = (version: number, binding: TokenBinding): Buffer => {
  const generation = Buffer.alloc(8);
  generation.writeBigUInt64BE(BigInt(binding.generation));
  return Buffer.concat([
    DOMAIN,
    Buffer.from([version]),
    lengthPrefixed(binding.accountId),
    lengthPrefixed(binding.field),
    lengthPrefixed(binding.keyId),
    generation,
  ]);
};
