import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { deriveSealingKey, type SealingKey } from '../sealing/sealing-key.ts';
import { makeDataKeyCache } from './data-key-cache.ts';

const key = (): SealingKey => deriveSealingKey(randomBytes(32));
const isZeroised = ({ encryption, commitment }: SealingKey): boolean =>
  encryption.equals(Buffer.alloc(32)) && commitment.equals(Buffer.alloc(32));

describe('the cache of data keys', () => {
  it('holds so many and no more; the one used least recently leaves, zeroised', () => {
    const cache = makeDataKeyCache({ maxEntries: 2, freshMs: 1_000, outageMs: 0 });
    const [one, two, three] = [key(), key(), key()];
    cache.put('one', one, 0);
    cache.put('two', two, 0);
    cache.get('one', 1);
    cache.put('three', three, 2);
    expect(cache.size).toBe(2);
    expect([one, two, three].map(isZeroised)).toEqual([false, true, false]);
    expect(cache.get('two', 3)).toBeUndefined();
  });

  it('lets a key go stale, and then go for good, zeroised', () => {
    const cache = makeDataKeyCache({ maxEntries: 2, freshMs: 100, outageMs: 50 });
    const held = key();
    cache.put('one', held, 0);
    expect(cache.get('one', 100)?.fresh).toBe(true);
    expect(cache.get('one', 101)?.fresh).toBe(false);
    expect(cache.get('one', 151)).toBeUndefined();
    expect(isZeroised(held)).toBe(true);
  });

  it('does not grow younger by being used', () => {
    const cache = makeDataKeyCache({ maxEntries: 2, freshMs: 100, outageMs: 0 });
    cache.put('one', key(), 0);
    cache.get('one', 90);
    expect(cache.get('one', 110)).toBeUndefined();
  });

  it('sweeps what nobody asks for any more', () => {
    const cache = makeDataKeyCache({ maxEntries: 9, freshMs: 100, outageMs: 0 });
    const [old, young] = [key(), key()];
    cache.put('old', old, 0);
    cache.put('young', young, 90);
    cache.sweep(110);
    expect(cache.size).toBe(1);
    expect([old, young].map(isZeroised)).toEqual([true, false]);
  });

  it('zeroises what is replaced, dropped or cleared', () => {
    const cache = makeDataKeyCache({ maxEntries: 9, freshMs: 100, outageMs: 0 });
    const [replaced, dropped, cleared] = [key(), key(), key()];
    cache.put('one', replaced, 0);
    cache.put('one', cleared, 0);
    cache.put('two', dropped, 0);
    cache.drop('two');
    cache.clear();
    expect([replaced, dropped, cleared].every(isZeroised)).toBe(true);
    expect(cache.size).toBe(0);
  });
});
