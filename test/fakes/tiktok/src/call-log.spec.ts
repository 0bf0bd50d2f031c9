import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxInWindow } from './call-log.ts';

describe('the call log', () => {
  it('finds the fullest sliding window, whatever the arrivals', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (arrivals, windowMs) => {
          const times = arrivals.sort((left, right) => left - right);
          const counted = times.map((start) => times.filter((time) => time >= start && time < start + windowMs).length);
          expect(maxInWindow(times, windowMs)).toBe(Math.max(0, ...counted));
        },
      ),
    );
  });
});
