import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { STREAM } from '@trendpot/contracts';
import { eventually } from '@trendpot/testing';
import { send, startPermitsBench, type PermitsBench } from '../../test/permits-bench.ts';
import { createBlocks } from './blocks.ts';
import { nextFree } from './next-free.ts';

jest.setTimeout(60_000);

describe('a day that is spent', () => {
  let bench: PermitsBench;
  beforeAll(async () => {
    bench = await startPermitsBench({ perDay: 1 });
  });
  afterAll(() => bench.stop());

  it('is known to last, and looked at again all the same, because a place may have come back unheard', async () => {
    const permits = await bench.open();
    await permits.withPermit('background', send);
    const { freeInMs, lookAgainInMs } = await nextFree(bench.ingestion, STREAM.permitsDay);
    expect(freeInMs).toBeGreaterThan(23 * 3_600_000);
    expect(lookAgainInMs).toBe(30_000);
  });
});

describe('what is known to stand', () => {
  it('is tried again when it is time to look, and tells the whole time to whoever cannot wait', async () => {
    let looks = 0;
    const blocks = createBlocks(() => (looks += 1));
    blocks.raise(STREAM.permitsDay, 50, 3_600_000);
    expect(blocks.remainingMs('background')).toBeLessThanOrEqual(50);
    expect(blocks.certainMs('background')).toBeGreaterThan(3_500_000);
    await eventually(() => looks === 1, { what: 'it is looked at again' });
    expect(blocks.remainingMs('background')).toBe(0);
    blocks.close();
  });

  it('tells nothing for certain where a place may come free at any time', () => {
    const blocks = createBlocks(() => {});
    blocks.raise(STREAM.permitsInflight, 5_000);
    expect([blocks.certainMs('interactive'), blocks.remainingMs('interactive') > 4_000]).toEqual([0, true]);
    blocks.close();
  });
});
