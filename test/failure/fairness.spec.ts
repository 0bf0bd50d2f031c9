import { describe, expect, it, jest } from '@jest/globals';
import { measureFairness } from '../load/fairness/measure.ts';
import { startPipelineLab } from '../pipeline/lab.ts';
import { shortOrLong } from './form.ts';

jest.setTimeout(shortOrLong(180_000, 600_000));

/** The short form of `npm run bench:fairness`. */
describe('creators with small libraries beside one with a great one', () => {
  const PAGE_SIZE = 5;
  const VIDEOS = 20;

  it('wait for no more of its pages than they have themselves, and see their first page soon', async () => {
    await using lab = await startPipelineLab({ knobs: { latencyMs: 20 } });
    const crowd = { creators: shortOrLong(6, 50), videos: VIDEOS, everyMs: 0, pageSize: PAGE_SIZE };
    const { beside, backlogPages } = await measureFairness(lab, crowd, shortOrLong(1_000, 10_000));
    // Each page looks back one video, so a library of 20 is six pages of 5; one more may be under way at either end.
    const turns = Math.ceil(VIDEOS / (PAGE_SIZE - 1)) + 1;
    // First pages have a lane of their own; the great library goes on meanwhile.
    const meanwhile = crowd.creators;
    expect(backlogPages).toBeGreaterThan(0);
    expect(backlogPages).toBeLessThanOrEqual(turns + meanwhile + 2);
    expect(Math.max(...beside.firstPageMs)).toBeLessThan(shortOrLong(10_000, 30_000));
  });
});
