import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './library-cursor.ts';

const position = fc.record({
  createdAt: fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
  id: fc.bigInt({ min: 100_000n, max: 10n ** 20n - 1n }).map(String),
});

describe('a library cursor', () => {
  it('names the position it was made of', () => {
    fc.assert(fc.property(position, (at) => expect(decodeCursor(encodeCursor(at))).toEqual(at)));
  });

  it('is refused when it is anything but a word of ours', () => {
    const word = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.string().map((text) => Buffer.from(text).toString('base64url')),
    );
    fc.assert(
      fc.property(word, (text) => {
        let decoded;
        try {
          decoded = decodeCursor(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_MALFORMED_MESSAGE' });
          return;
        }
        expect(encodeCursor(decoded)).toBe(text);
      }),
    );
  });

  it('has one spelling', () => {
    const cursor = encodeCursor({ createdAt: new Date('2026-01-01'), id: '7500000000000000000' });
    for (const other of [`${cursor}=`, ` ${cursor}`]) {
      expect(() => decodeCursor(other)).toThrow('a library cursor that was not ours');
    }
  });
});
