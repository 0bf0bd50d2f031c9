import { diffieHellman, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import nacl from 'tweetnacl';
import { PlatformError } from '@trendpot/contracts';
import { decodeCurveKey, encodeCurveKey } from './curve-key.ts';

/**
 * Boxes as nkeys make them (x25519, XSalsa20, Poly1305; version `xkv1`). The key agreement is Node's own: in nkeys it is
 * plain JavaScript and takes milliseconds, four times per token handed out; here tens of microseconds. Measured.
 */
const VERSION = new TextEncoder().encode('xkv1');
const NONCE_BYTES = nacl.secretbox.nonceLength;

export const randomNonce = (): Uint8Array => Uint8Array.from(randomBytes(NONCE_BYTES));

/** Not in tweetnacl's types: the hash that turns an agreed secret into a key, and a box without copies of its own. */
interface LowLevel {
  readonly lowlevel: {
    crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, constant: Uint8Array): void;
    crypto_secretbox(box: Uint8Array, message: Uint8Array, length: number, nonce: Uint8Array, key: Uint8Array): void;
  };
}
const { lowlevel } = nacl as unknown as LowLevel;
const SIGMA = new TextEncoder().encode('expand 32-byte k');

const agreedKey = (privateKey: KeyObject, publicKey: KeyObject): Uint8Array => {
  const shared = diffieHellman({ privateKey, publicKey });
  const key = new Uint8Array(nacl.secretbox.keyLength);
  lowlevel.crypto_core_hsalsa20(key, new Uint8Array(16), shared, SIGMA);
  shared.fill(0);
  return key;
};

/** An ephemeral key pair of x25519: what is sealed to it only this process can read, whatever NATS may log. */
export interface Recipient {
  readonly publicKey: string;
  /** @throws PlatformError E_INTERNAL for whatever was not sealed to this key by this sender; every cause looks the same. */
  open(sealed: Uint8Array, sender: string): Uint8Array;
  /** Lets go of the private key; `open` fails from then on. */
  forget(): void;
}

export const createRecipient = (): Recipient => {
  const pair = generateKeyPairSync('x25519');
  let privateKey: KeyObject | undefined = pair.privateKey;
  return {
    publicKey: encodeCurveKey(pair.publicKey),
    open(sealed, sender) {
      const opened = privateKey === undefined ? undefined : openWith(privateKey, sealed, sender);
      if (opened === undefined) throw new PlatformError('E_INTERNAL', 'a sealed message could not be opened');
      return opened;
    },
    forget() {
      privateKey = undefined;
    },
  };
};

const openWith = (privateKey: KeyObject, sealed: Uint8Array, sender: string): Uint8Array | undefined => {
  if (!VERSION.every((byte, index) => sealed[index] === byte)) return undefined;
  try {
    const nonce = Uint8Array.from(sealed.subarray(VERSION.length, VERSION.length + NONCE_BYTES));
    const box = Uint8Array.from(sealed.subarray(VERSION.length + NONCE_BYTES));
    const key = agreedKey(privateKey, decodeCurveKey(sender));
    const opened = nacl.secretbox.open(box, nonce, key);
    key.fill(0);
    return opened ?? undefined;
  } catch {
    return undefined;
  }
};

/**
 * Seals to a recipient, from a key pair that is forgotten at once.
 * @throws PlatformError E_MALFORMED_MESSAGE when the recipient's key is none.
 */
export const sealTo = (
  recipientPublicKey: string,
  plaintext: Uint8Array,
): { readonly sealed: Uint8Array; readonly sender: string } => {
  const pair = generateKeyPairSync('x25519');
  const key = keyAgreedWith(recipientPublicKey, pair.privateKey);
  const sealed = sealWith(key, plaintext, randomNonce());
  key.fill(0);
  return { sealed, sender: encodeCurveKey(pair.publicKey) };
};

/** @throws PlatformError E_MALFORMED_MESSAGE when the recipient's key is none. */
export const keyAgreedWith = (recipientPublicKey: string, privateKey: KeyObject): Uint8Array => {
  try {
    return agreedKey(privateKey, decodeCurveKey(recipientPublicKey));
  } catch {
    throw new PlatformError('E_MALFORMED_MESSAGE', 'the recipient is not a public x25519 key');
  }
};

/** Of a box as tweetnacl makes it: zeros, the tag, the ciphertext. Of a message: zeros up to where the ciphertext begins. */
const TAG_AT = 16;
const CIPHERTEXT_AT = 32;

/**
 * `nonce` must never have been used with `key` before. The message is enciphered in its place, so the plaintext is
 * nowhere but where the caller has it; version and nonce come to stand where the box has its zeros.
 */
export const sealWith = (key: Uint8Array, plaintext: Uint8Array, nonce: Uint8Array): Uint8Array => {
  const tagAt = VERSION.length + nonce.length;
  const sealed = new Uint8Array(tagAt + CIPHERTEXT_AT - TAG_AT + plaintext.length);
  const box = sealed.subarray(tagAt - TAG_AT);
  box.set(plaintext, CIPHERTEXT_AT);
  lowlevel.crypto_secretbox(box, box, box.length, nonce, key);
  sealed.set(VERSION);
  sealed.set(nonce, VERSION.length);
  return sealed;
};
