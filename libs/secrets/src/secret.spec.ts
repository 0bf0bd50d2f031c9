import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { equalInConstantTime, Secret, secret, takeSecret } from './index.ts';

const CANARY = 'act.canary-0123456789';

/** What a console of one's own writes. */
const written = (write: (console: Console) => void): string => {
  const stream = new PassThrough({ encoding: 'utf8' });
  write(new Console(stream));
  return String(stream.read());
};

describe('a secret', () => {
  const held = secret(CANARY);

  it.each<[string, () => string]>([
    ['String()', () => String(held)],
    ['a template', () => `${held as unknown as string}`],
    ['concatenation', () => '' + (held as unknown as string)],
    ['joining', () => [held].join()],
    ['inspect', () => inspect(held)],
    ['inspect, hidden fields shown', () => inspect(held, { showHidden: true, depth: 9 })],
    ['format %s', () => format('%s', held)],
    ['format %o', () => format('%o', held)],
    ['format %O', () => format('%O', held)],
    ['JSON', () => JSON.parse(JSON.stringify(held)) as string],
    ['format %j', () => JSON.parse(format('%j', held)) as string],
    ['console.log', () => written((console) => console.log(held)).trimEnd()],
  ])('is [secret] through %s, and nothing else', (_way, print) => {
    expect(print()).toBe('[secret]');
  });

  it.each<[string, () => string]>([
    ['JSON', () => JSON.stringify({ held })],
    ['inspect', () => inspect({ held }, { showHidden: true, depth: 9 })],
    ['format', () => format('%s %o %O %j', 'among others', { held }, { held }, { held })],
    ['console.error', () => written((console) => console.error('among others', { held }))],
    ['an error that carries it', () => inspect(new Error('x', { cause: held }))],
    ['an error whose cause carries it', () => inspect(new Error('x', { cause: new Error('y', { cause: { held } }) }))],
  ])('is [secret] wherever it hangs, through %s', (_way, print) => {
    expect(print()).toContain('[secret]');
    expect(print()).not.toContain(CANARY);
  });

  it.each<[string, () => string]>([
    ['its keys', () => JSON.stringify([Object.keys(held), Object.getOwnPropertyNames(held), { ...held }])],
    ['its symbols', () => inspect(Object.getOwnPropertyDescriptors(held), { showHidden: true, depth: 9 })],
    ['console.dir, which does not ask how it wants to be shown', () => written((console) => console.dir({ held }))],
    ['inspect told not to ask', () => inspect({ held }, { customInspect: false, showHidden: true, depth: 9 })],
    ['a structured clone', () => inspect(structuredClone({ held }), { showHidden: true, depth: 9 })],
    ['serialization', () => serialize({ held }).toString('latin1')],
    ['a number', () => format('%d %i %f', held, held, held)],
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
