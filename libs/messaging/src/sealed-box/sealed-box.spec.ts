import { describe, expect, it } from '@jest/globals';
import { createCurve } from '@nats-io/nkeys';
import fc from 'fast-check';
import { createRecipient, sealTo } from './sealed-box.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a sealed box', () => {
  it('is opened by its recipient, and holds what was put in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (plaintext) => {
        const recipient = createRecipient();
        const { sealed, sender } = sealTo(recipient.publicKey, plaintext);
        expect(recipient.open(sealed, sender)).toEqual(plaintext);
      }),
    );
  });

  it('is opened by nobody else, after no change, and by the same refusal every time', () => {
    const recipient = createRecipient();
    const { sealed, sender } = sealTo(recipient.publicKey, bytes('a token'));
    const changed = sealed.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    const attempts = [
      () => createRecipient().open(sealed, sender),
      () => recipient.open(sealed, createRecipient().publicKey),
      () => recipient.open(changed, sender),
      () => recipient.open(sealed.subarray(0, 10), sender),
      () => recipient.open(new Uint8Array(), sender),
      () => recipient.open(sealed, 'nonsense'),
    ];
    const texts = attempts.map((attempt) => {
      try {
        attempt();
        return 'opened';
      } catch (error) {
        return String(error);
      }
    });
    expect(new Set(texts)).toEqual(new Set(['PlatformError: a sealed message could not be opened']));
  });

  it('is a box of nkeys: either side may be theirs', () => {
    const [ours, theirs] = [createRecipient(), createCurve()];
    const toThem = sealTo(theirs.getPublicKey(), bytes('from us'));
    expect(theirs.open(toThem.sealed, toThem.sender)).toEqual(bytes('from us'));
    expect(ours.open(theirs.seal(bytes('from them'), ours.publicKey), theirs.getPublicKey())).toEqual(
      bytes('from them'),
    );
  });

  it('cannot be opened once the recipient forgot its key', () => {
    const recipient = createRecipient();
    const { sealed, sender } = sealTo(recipient.publicKey, bytes('a token'));
    recipient.forget();
    expect(() => recipient.open(sealed, sender)).toThrow('could not be opened');
  });

  it('shows neither its content nor its length in the clear', () => {
    const recipient = createRecipient();
    const { sealed } = sealTo(recipient.publicKey, bytes('canary-token'));
    expect(Buffer.from(sealed).includes('canary-token')).toBe(false);
  });

  it('is refused for a recipient that is no x25519 key', () => {
    for (const key of ['', 'X', 'UBVQMKT2K76LIORMD62HJKY4M5AIIG3P2STU6Q26NOMV4DIJNHY6ODIN']) {
      expect(() => sealTo(key, bytes('x'))).toThrow('not a public x25519 key');
    }
  });
});
