/** The text form of an x25519 public key in NATS: prefix byte, key and CRC-16, little-endian, in base32. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CURVE_PREFIX = 23 << 3;
const KEY_BYTES = 32;

const crc16 = (bytes: Uint8Array): number => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
};

export const encodeXkey = (key: Uint8Array): string => {
  const body = Buffer.concat([Buffer.from([CURVE_PREFIX]), key, Buffer.alloc(2)]);
  body.writeUInt16LE(crc16(body.subarray(0, 1 + KEY_BYTES)), 1 + KEY_BYTES);
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of body) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31];
};

/** The 32 bytes of the key, or nothing if the text is not one. */
export const decodeXkey = (text: string): Uint8Array | undefined => {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return undefined;
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 0xff);
      value &= (1 << bits) - 1;
    }
  }
  const body = Buffer.from(bytes);
  if (body.length !== KEY_BYTES + 3 || body[0] !== CURVE_PREFIX) return undefined;
  const key = body.subarray(1, 1 + KEY_BYTES);
  return body.readUInt16LE(1 + KEY_BYTES) === crc16(body.subarray(0, 1 + KEY_BYTES)) ? key : undefined;
};
