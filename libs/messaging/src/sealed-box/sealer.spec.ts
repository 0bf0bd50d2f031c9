import { describe, expect, it } from '@jest/globals';
import { createRecipient } from './sealed-box.ts';
import { createSealer } from './sealer.ts';

const token = new TextEncoder().encode('a token');

describe('a sealer', () => {
  it('seals to each recipient what only that one can open', () => {
    const seal = createSealer();
    const [one, other] = [createRecipient(), createRecipient()];
    for (const recipient of [one, other, one]) {
      const { sealed, sender } = seal(recipient.publicKey, token);
      expect(recipient.open(sealed, sender)).toEqual(token);
    }
    const { sealed, sender } = seal(one.publicKey, token);
    expect(() => other.open(sealed, sender)).toThrow('could not be opened');
  });

  it('never makes the same box twice', () => {
    const seal = createSealer();
    const { publicKey } = createRecipient();
    expect(seal(publicKey, token).sealed).not.toEqual(seal(publicKey, token).sealed);
  });

  it('forgets its key pair after a minute', () => {
    let now = 0;
    const seal = createSealer(() => now);
    const recipient = createRecipient();
    const before = seal(recipient.publicKey, token);
    now = 59_999;
    expect(seal(recipient.publicKey, token).sender).toBe(before.sender);
    now = 60_000;
    const after = seal(recipient.publicKey, token);
    expect(after.sender).not.toBe(before.sender);
    expect(recipient.open(after.sealed, after.sender)).toEqual(token);
  });

  it('refuses what is no key', () => {
    expect(() => createSealer()('X'.repeat(56), token)).toThrow(
      expect.objectContaining({ code: 'E_MALFORMED_MESSAGE' }),
    );
  });

  it('goes on after more recipients than it remembers', () => {
    const seal = createSealer();
    const recipients = Array.from({ length: 1_100 }, () => createRecipient());
    for (const recipient of recipients) {
      const { sealed, sender } = seal(recipient.publicKey, token);
      expect(recipient.open(sealed, sender)).toEqual(token);
    }
  });
});
