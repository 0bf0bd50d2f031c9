import { createPublicKey, type KeyObject } from 'node:crypto';

/** How nkeys write a public x25519 key: a prefix that makes it begin with X, the key, a checksum, in base32. */
const PREFIX = 23 << 3;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const KEY_BYTES = 32;

/** CRC-16/XMODEM. */
const checksum = (bytes: Uint8Array): number => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  }
  return crc & 0xffff;
};

const toBase32 = (bytes: Uint8Array): string => {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return text;
};

const fromBase32 = (text: string): Uint8Array => {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) throw new RangeError('not base32');
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) bytes.push((value >>> (bits -= 8)) & 0xff);
    value &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
};

/** The name of a public key, as it travels in messages. */
export const encodeCurveKey = (key: KeyObject): string => {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
  const body = Uint8Array.from([PREFIX, ...raw]);
  const crc = checksum(body);
  return toBase32(Uint8Array.from([...body, crc & 0xff, crc >> 8]));
};

/** @throws RangeError for whatever is no such name. */
export const decodeCurveKey = (name: string): KeyObject => {
  const bytes = name.length === 56 ? fromBase32(name) : new Uint8Array();
  const body = bytes.subarray(0, 1 + KEY_BYTES);
  const [low, high] = bytes.subarray(1 + KEY_BYTES);
  if (body[0] !== PREFIX || low === undefined || high === undefined) throw new RangeError('not an x25519 key');
  if (checksum(body) !== (low | (high << 8))) throw new RangeError('a mistyped x25519 key');
  const x = Buffer.from(body.subarray(1)).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
};
