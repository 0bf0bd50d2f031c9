import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { equalInConstantTime, Secret, secret, takeSecret } from './index.ts';

const CANARY = 'act.canary-0123456789';

describe('a secret', () => {
  const held = secret(CANARY);

  it.each<[string, () => string]>([
    ['String()', () => String(held)],
    ['a template', () => `${held as unknown as string}`],
    ['concatenation', () => '' + (held as unknown as string)],
    ['JSON', () => JSON.stringify({ held })],
    ['inspect, hidden fields shown', () => inspect({ held }, { showHidden: true, depth: 9 })],
    ['format', () => format('%s %o %j', held, held, held)],
    ['its keys', () => JSON.stringify([Object.keys(held), Object.getOwnPropertyNames(held), { ...held }])],
    ['an error that carries it', () => inspect(new Error('x', { cause: held }))],
  ])('does not show itself through %s', (_way, print) => {
    expect(print()).not.toContain(CANARY);
  });

  it('is revealed only on demand', () => {
    expect(held.reveal()).toBe(CANARY);
    expect(held).toBeInstanceOf(Secret);
  });
});

describe('a secret taken out of bytes', () => {
  it('is the text they spelled, and they are zeroed, but not what lies beside them', () => {
    const buffer = new TextEncoder().encode(`<${CANARY} ü>`);
    const bytes = buffer.subarray(1, -1);
    expect(takeSecret(bytes).reveal()).toBe(`${CANARY} ü`);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect([String.fromCharCode(buffer[0] ?? 0), String.fromCharCode(buffer.at(-1) ?? 0)]).toEqual(['<', '>']);
  });
});

describe('comparison in constant time', () => {
  it('agrees with equality', () => {
    expect(equalInConstantTime('a', 'a')).toBe(true);
    expect(equalInConstantTime('a', 'b')).toBe(false);
    expect(equalInConstantTime('a', 'aa')).toBe(false);
  });
});
