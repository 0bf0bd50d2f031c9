import { describe, expect, it } from '@jest/globals';
import { createCurve } from '@nats-io/nkeys';
import { nkeysSealTo } from './nkeys-seal-to.ts';
import { decodeXkey, encodeXkey } from './nkeys-xkey-text.ts';

describe('a box sealed to a requester', () => {
  const sealTo = nkeysSealTo();
  const token = Buffer.from('act.example12345Example12345Example!5259');

  it('is opened by the xkeys of NATS', () => {
    const recipient = createCurve();
    const { sealed, sender } = sealTo(recipient.getPublicKey(), token);
    expect(Buffer.from(recipient.open(sealed, sender)!)).toEqual(token);
  });

  it('is opened by nobody else', () => {
    const { sealed, sender } = sealTo(createCurve().getPublicKey(), token);
    expect(createCurve().open(sealed, sender)).toBeNull();
  });

  it('differs every time', () => {
    const recipient = createCurve().getPublicKey();
    expect(sealTo(recipient, token).sealed).not.toEqual(sealTo(recipient, token).sealed);
  });

  it.each<[string, string]>([
    ['not base32', 'X'.padEnd(56, '1')],
    ['of the wrong checksum', createCurve().getPublicKey().slice(0, -1) + 'Q'],
    ['a point of small order', encodeXkey(new Uint8Array(32))],
  ])('is refused to a key that is %s', (_what, recipient) => {
    expect(() => sealTo(recipient, token)).toThrow(expect.objectContaining({ code: 'E_MALFORMED_MESSAGE' }));
  });

  it('names keys as NATS does', () => {
    const text = createCurve().getPublicKey();
    expect(encodeXkey(decodeXkey(text)!)).toBe(text);
  });
});
