import { describe, expect, it } from '@jest/globals';
import { gather } from './gather.ts';

const LONG_MS = 60;

const scene = (everyMs = LONG_MS) => {
  const batches: string[][] = [];
  const faults: Error[] = [];
  const share = gather<string>(
    async (items) => {
      batches.push([...items]);
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
    },
    () => everyMs,
  );
  return { batches, faults, share };
};

describe('work that is gathered', () => {
  it('is done at once for the first, and in one go for all who come until it is due again', async () => {
    const { batches, share } = scene();
    await share(['a']);
    const began = performance.now();
    await Promise.all([share(['b']), share(['c', 'd']), share(['e'])]);
    expect(performance.now() - began).toBeGreaterThan(LONG_MS / 2);
    expect(batches).toEqual([['a'], ['b', 'c', 'd', 'e']]);
  });

  it('is done for whoever comes in the same moment as the first', async () => {
    const { batches, share } = scene();
    await Promise.all([share(['a']), share(['b'])]);
    expect(batches).toEqual([['a', 'b']]);
  });

  it('leaves nobody out, however often it was done before', async () => {
    const { batches, share } = scene(1);
    for (const item of ['a', 'b', 'c', 'd']) await share([item]);
    expect(batches.flat()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('fails for those who shared it, and for none who come after', async () => {
    const { batches, faults, share } = scene(1);
    faults.push(new Error('away'));
    const shared = await Promise.allSettled([share(['a']), share(['b'])]);
    expect(shared.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await share(['c']);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });
});
