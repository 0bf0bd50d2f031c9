import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { encodeCurveKey } from './curve-key.ts';
import { keyAgreedWith, randomNonce, sealWith, type sealTo } from './sealed-box.ts';

/** A key pair seals for so long and is then forgotten, with every key that was agreed with it. */
const SENDER_MS = 60_000;
const MOST_RECIPIENTS = 1_000;

interface Sender {
  readonly privateKey: KeyObject;
  readonly name: string;
  readonly until: number;
  readonly agreed: Map<string, Uint8Array>;
  /** A random beginning and a count: no two boxes of one sender share a nonce, and none costs a call for random bytes. */
  readonly nonce: Buffer;
}

const COUNT_AT = 16;

const nextNonce = ({ nonce }: Sender): Uint8Array => {
  nonce.writeBigUInt64LE(nonce.readBigUInt64LE(COUNT_AT) + 1n, COUNT_AT);
  return nonce;
};

const newSender = (now: number): Sender => {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const nonce = Buffer.from(randomNonce()).fill(0, COUNT_AT);
  return { privateKey, name: encodeCurveKey(publicKey), until: now + SENDER_MS, agreed: new Map(), nonce };
};

const forget = ({ agreed }: Sender): void => {
  for (const key of agreed.values()) key.fill(0);
  agreed.clear();
};

/**
 * `sealTo` for whoever seals often: one key pair a minute instead of one a message, and one key agreement a minute and
 * recipient. Both take longer than all the rest of handing out a token. Measured.
 */
export const createSealer = (now: () => number = () => performance.now()): typeof sealTo => {
  let sender = newSender(now());
  return (recipientPublicKey, plaintext) => {
    if (now() >= sender.until) {
      forget(sender);
      sender = newSender(now());
    }
    let key = sender.agreed.get(recipientPublicKey);
    if (key === undefined) {
      key = keyAgreedWith(recipientPublicKey, sender.privateKey);
      if (sender.agreed.size >= MOST_RECIPIENTS) forget(sender);
      sender.agreed.set(recipientPublicKey, key);
    }
    return { sealed: sealWith(key, plaintext, nextNonce(sender)), sender: sender.name };
  };
};
