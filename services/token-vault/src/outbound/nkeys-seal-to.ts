import { createPublicKey, diffieHellman, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { PlatformError } from '@trendpot/contracts';
import nacl from 'tweetnacl';
import type { SealTo } from '../domain/ports.ts';
import { decodeXkey, encodeXkey } from './nkeys-xkey-text.ts';

const MAGIC = Buffer.from('xkv1', 'ascii');
const NONCE_BYTES = 24;
/** The constant HSalsa20 is keyed with, as every NaCl box does. */
const SIGMA = Buffer.from('expand 32-byte k', 'ascii');
const ZEROS = new Uint8Array(16);

/** Part of TweetNaCl, and missing in its types. */
const { crypto_core_hsalsa20: hsalsa20 } = (
  nacl as unknown as {
    lowlevel: { crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, constant: Uint8Array): void };
  }
).lowlevel;
/** What precedes the 32 bytes of an x25519 public key in SPKI. */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
/** One sender key serves so long: recipients are ephemeral, so no two boxes share a key anyway. */
const SENDER_MS = 60_000;

interface Sender {
  readonly privateKey: KeyObject;
  readonly publicKey: string;
  readonly until: number;
}

const newSender = (): Sender => {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return { privateKey, publicKey: encodeXkey(raw), until: performance.now() + SENDER_MS };
};

const sharedKey = (sender: Sender, recipient: string): Uint8Array => {
  const raw = decodeXkey(recipient);
  if (raw === undefined) throw new PlatformError('E_MALFORMED_MESSAGE', 'the recipient is not an x25519 public key');
  let secret: Buffer;
  try {
    const der = Buffer.concat([SPKI_PREFIX, raw]);
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
    secret = diffieHellman({ privateKey: sender.privateKey, publicKey });
  } catch (cause) {
    // A point of small order: whoever sends it would make everybody know the shared secret.
    throw new PlatformError('E_MALFORMED_MESSAGE', 'the recipient is not a usable public key', { cause });
  }
  const key = new Uint8Array(32);
  hsalsa20(key, ZEROS, secret, SIGMA);
  secret.fill(0);
  return key;
};

/**
 * The xkey box of NATS (`xkv1`: NaCl box over x25519, opened with `@nats-io/nkeys`), with the curve arithmetic done by
 * OpenSSL: the JavaScript of nkeys manages 600 boxes a second here, which would be the vault's ceiling.
 */
export const nkeysSealTo = (): SealTo => {
  let sender = newSender();
  return (recipient, plaintext) => {
    if (performance.now() > sender.until) sender = newSender();
    const key = sharedKey(sender, recipient);
    const nonce = randomBytes(NONCE_BYTES);
    try {
      const box = nacl.secretbox(plaintext, nonce, key);
      return { sealed: Buffer.concat([MAGIC, nonce, box]), sender: sender.publicKey };
    } finally {
      key.fill(0);
    }
  };
};
