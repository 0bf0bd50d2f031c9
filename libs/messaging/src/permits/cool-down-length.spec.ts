import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coolDownLength, nextAttempt, type CoolDownMarker } from './cool-down-length.ts';

const marker = (until: number, attempt: number): CoolDownMarker => ({
  version: 1,
  until: new Date(until).toISOString(),
  forMs: 1_000,
  attempt,
});

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
    const now = Date.parse('2026-01-01T00:10:00Z');
    expect(nextAttempt(undefined, now, 60_000)).toBe(1);
    expect(nextAttempt(marker(now - 59_000, 3), now, 60_000)).toBe(4);
    expect(nextAttempt(marker(now - 61_000, 3), now, 60_000)).toBe(1);
  });
});
