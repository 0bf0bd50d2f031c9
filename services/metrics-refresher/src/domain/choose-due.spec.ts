import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseDue } from './choose-due.ts';

const DAY = 86_400_000;
const plenty = { intervalMs: 900_000, callsOfAllRounds: 1, perDay: 5000, usedInDay: 0, dayMs: DAY };

describe('when the next round is due', () => {
  it('is after the interval while calls are plenty', () => {
    expect(chooseDue(plenty)).toBe(900_000);
    // 41 creators of one batch each: 41 calls in every quarter of an hour, 3,936 a day.
    expect(chooseDue({ ...plenty, callsOfAllRounds: 41 })).toBe(900_000);
  });

  it('stretches so that all rounds together keep to their share of the day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4000 }),
        fc.integer({ min: 100, max: 100_000 }),
        (callsOfAllRounds, perDay) => {
          const interval = chooseDue({ ...plenty, callsOfAllRounds, perDay });
          const callsADay = (callsOfAllRounds * DAY) / interval;
          expect(interval).toBeGreaterThanOrEqual(900_000);
          if (interval < DAY) expect(callsADay).toBeLessThanOrEqual(perDay * 0.8 + 1);
          if (interval > 900_000 && interval < DAY) expect(callsADay).toBeGreaterThan(perDay * 0.8 - 1);
        },
      ),
    );
  });

  it('doubles while the day is nearly spent', () => {
    expect(chooseDue({ ...plenty, usedInDay: 4400 })).toBe(900_000);
    expect(chooseDue({ ...plenty, usedInDay: 4600 })).toBe(1_800_000);
  });

  it('is never more than a day away, unless the interval itself is', () => {
    expect(chooseDue({ ...plenty, callsOfAllRounds: 1_000_000 })).toBe(DAY);
    expect(chooseDue({ ...plenty, intervalMs: 3 * DAY })).toBe(3 * DAY);
  });
});
