import { describe, expect, it } from '@jest/globals';
import { mostInAnyWindow } from '@trendpot/testing';
import fc from 'fast-check';
import { ageLimitOf } from './permit.ts';

/** A server that keeps `ceiling` messages for `keptMs` and removes them late, never early; callers who want more than they get. */
const arrivalsUnder = (
  ceiling: number,
  keptMs: number,
  callers: readonly { waitMs: number; ageMs: number; wayMs: number; expiryLagMs: number }[],
): number[] => {
  const freeAt = new Array<number>(ceiling).fill(0);
  const arrivals: number[] = [];
  let now = 0;
  for (const { waitMs, ageMs, wayMs, expiryLagMs } of callers) {
    freeAt.sort((left, right) => left - right);
    now = Math.max(now + waitMs, freeAt[0] as number);
    freeAt[0] = now + keptMs + expiryLagMs;
    arrivals.push(now + ageMs + wayMs);
  }
  return arrivals;
};

const WINDOW = 2_000;
const MARGIN = 500;
const LIMIT = ageLimitOf(MARGIN);
const caller = (oldest: number, longestWay: number) =>
  fc.record({
    waitMs: fc.integer({ min: 0, max: 40 }),
    ageMs: fc.integer({ min: 0, max: oldest }),
    wayMs: fc.integer({ min: 0, max: longestWay }),
    expiryLagMs: fc.integer({ min: 0, max: 250 }),
  });

describe('the margin of a permit', () => {
  it('holds every window, however old permits are when used and however long their requests travel', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.array(caller(LIMIT, MARGIN - LIMIT), { minLength: 1, maxLength: 300 }),
        (ceiling, callers) => {
          expect(mostInAnyWindow(arrivalsUnder(ceiling, WINDOW + MARGIN, callers), WINDOW)).toBeLessThanOrEqual(
            ceiling,
          );
        },
      ),
    );
  });

  it('is needed: without it some window overflows', () => {
    const counterexample = fc.check(
      fc.property(
        fc.array(caller(MARGIN, 0), { minLength: 100, maxLength: 300 }),
        (callers) => mostInAnyWindow(arrivalsUnder(5, WINDOW, callers), WINDOW) <= 5,
      ),
    );
    expect(counterexample.failed).toBe(true);
  });

  it('leaves a part for the way, and more of it to permits than to the way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 5_000 }), (margin) => {
        expect(ageLimitOf(margin)).toBeLessThan(margin);
        expect(ageLimitOf(margin)).toBeGreaterThanOrEqual(margin * 0.7 - 1e-9);
      }),
    );
  });
});
