import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { needlesOf } from './needles.ts';
import { makeSearch } from './search.ts';

const TOKEN = `act.${randomBytes(32).toString('base64url')}!4711`;
const KEY = randomBytes(32);

const secretOf = (value: string | Buffer) => ({ name: 'planted', value: Buffer.from(value as string) });
const findsIn = (secret: string | Buffer, place: string | Buffer): boolean =>
  makeSearch(needlesOf(secretOf(secret)))(Buffer.from(place as string)).length > 0;

const WRITTEN: Readonly<Record<string, (bytes: Buffer) => string | Buffer>> = {
  'as it is': (bytes) => bytes,
  'in base64': (bytes) => bytes.toString('base64'),
  'in base64url': (bytes) => bytes.toString('base64url'),
  'in hex': (bytes) => bytes.toString('hex'),
  'in upper-case hex': (bytes) => bytes.toString('hex').toUpperCase(),
  'as JSON of a buffer': (bytes) => JSON.stringify(bytes),
};

describe('the search for secrets', () => {
  it.each(Object.keys(WRITTEN))('finds a token and a key %s', (way) => {
    for (const value of [Buffer.from(TOKEN), KEY]) {
      const text = WRITTEN[way]?.(value) ?? '';
      expect(findsIn(value, Buffer.concat([randomBytes(500), Buffer.from(text as string), randomBytes(500)]))).toBe(
        true,
      );
    }
  });

  it('finds a URL-encoded token, once and twice', () => {
    const once = new URLSearchParams({ token: TOKEN }).toString();
    expect(findsIn(TOKEN, once)).toBe(true);
    expect(findsIn(`code*with!${'/+ '.repeat(8)}`, encodeURIComponent(`code*with!${'/+ '.repeat(8)}`))).toBe(true);
  });

  it('finds half of a token', () => {
    expect(findsIn(TOKEN, TOKEN.slice(0, 24))).toBe(true);
    expect(findsIn(TOKEN, TOKEN.slice(-24))).toBe(true);
  });

  it('finds a secret inside a larger text that is base64 as a whole, wherever it lies in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (before, after) => {
        const whole = Buffer.concat([before, Buffer.from(TOKEN), after]);
        expect(findsIn(TOKEN, whole.toString('base64'))).toBe(true);
        expect(findsIn(TOKEN, whole.toString('base64url'))).toBe(true);
      }),
    );
  });

  it('finds nothing where nothing is', () => {
    expect(findsIn(TOKEN, randomBytes(1_000_000))).toBe(false);
    expect(findsIn(TOKEN, 'act.[redacted]')).toBe(false);
  });
});
