import { createCurve, fromPublic } from '@nats-io/nkeys';
import { PlatformError } from '@trendpot/contracts';

/** An ephemeral key pair of x25519: what is sealed to it only this process can read, whatever NATS may log. */
export interface Recipient {
  readonly publicKey: string;
  /** @throws PlatformError E_INTERNAL for whatever was not sealed to this key by this sender; every cause looks the same. */
  open(sealed: Uint8Array, sender: string): Uint8Array;
  /** Wipes the private key; `open` fails from then on. */
  forget(): void;
}

const unreadable = (): PlatformError => new PlatformError('E_INTERNAL', 'a sealed message could not be opened');

export const createRecipient = (): Recipient => {
  const pair = createCurve();
  const publicKey = pair.getPublicKey();
  return {
    publicKey,
    open(sealed, sender) {
      let opened: Uint8Array | null;
      try {
        opened = pair.open(sealed, sender);
      } catch {
        opened = null;
      }
      if (opened === null) throw unreadable();
      return opened;
    },
    forget: () => pair.clear(),
  };
};

/**
 * Seals to a recipient, from a key pair that is forgotten at once.
 * @throws PlatformError E_MALFORMED_MESSAGE when the recipient's key is none.
 */
export const sealTo = (
  recipientPublicKey: string,
  plaintext: Uint8Array,
): { readonly sealed: Uint8Array; readonly sender: string } => {
  const pair = createCurve();
  try {
    fromPublic(recipientPublicKey);
    return { sealed: pair.seal(plaintext, recipientPublicKey), sender: pair.getPublicKey() };
  } catch {
    throw new PlatformError('E_MALFORMED_MESSAGE', 'the recipient is not a public x25519 key');
  } finally {
    pair.clear();
  }
};
