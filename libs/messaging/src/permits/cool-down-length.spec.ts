import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coolDownLength, coolDownMarker, nextAttempt } from './cool-down-length.ts';

describe('the length of a cool-down', () => {
  it('doubles with every refusal in a row, with jitter, and never exceeds the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 600, max: 60_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, windowMs, random) => {
          const length = coolDownLength(attempt, windowMs, () => random);
          const full = Math.min(windowMs, (windowMs / 60) * 2 ** (attempt - 1));
          expect(length).toBeLessThanOrEqual(full);
          expect(length).toBeGreaterThanOrEqual(full / 2);
        },
      ),
    );
  });

  it('starts a new row after a window without a refusal', () => {
    expect(nextAttempt(undefined, 0, 60_000)).toBe(1);
    expect(nextAttempt(coolDownMarker(1_000, 3), 59_000, 60_000)).toBe(4);
    expect(nextAttempt(coolDownMarker(1_000, 3), 61_000, 60_000)).toBe(1);
  });
});
