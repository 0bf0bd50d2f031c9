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
/** The UTF-8 of a part, a character a byte; of what is stored every part is ASCII, and so its own. */
const bytesOf = (part: string): string =>
  Buffer.byteLength(part) === part.length ? part : Buffer.from(part).toString('latin1');

const withLength = (part: string): string => {
  const bytes = bytesOf(part);
  if (bytes.length > 0xffff) throw new RangeError('a binding field is too long');
  return `${String.fromCharCode(bytes.length >> 8, bytes.length & 0xff)}${bytes}`;
};

/**
 * The binding as bytes, in one spelling only: every variable part carries its length, so no two bindings give the same
 * bytes however their parts are cut. Specified in docs/sealed-token-format.md.
 */
export const encodeBinding = (version: number, { accountId, field, keyId, generation }: TokenBinding): Buffer => {
  const parts = `${withLength(accountId)}${withLength(field)}${withLength(keyId)}`;
  const text = `${DOMAIN}${String.fromCharCode(version)}${parts}`;
  const bytes = Buffer.allocUnsafe(text.length + GENERATION_BYTES);
  bytes.write(text, 'latin1');
  bytes.writeBigUInt64BE(BigInt(generation), text.length);
  return bytes;
};
