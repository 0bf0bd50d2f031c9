import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeRateGuard } from './rate-guard.ts';

describe('the rate guard', () => {
  it('admits a full minute at once, then says how long to wait', () => {
    let now = 0;
    const guard = makeRateGuard({ perMinute: 3 }, () => now);
    expect([guard.admit('a'), guard.admit('a'), guard.admit('a')]).toEqual([0, 0, 0]);
    expect(guard.admit('a')).toBe(20_000);
    expect(guard.admit('b')).toBe(0);
    now = 20_000;
    expect(guard.admit('a')).toBe(0);
    expect(guard.admit('a')).toBeGreaterThan(0);
  });

  it('admits a burst of its own where the rate is slow', () => {
    let now = 0;
    const guard = makeRateGuard({ perMinute: 0.5, burst: 2 }, () => now);
    expect([guard.admit('a'), guard.admit('a'), guard.admit('a')]).toEqual([0, 0, 120_000]);
    now = 120_000;
    expect([guard.admit('a'), guard.admit('a')]).toEqual([0, 120_000]);
    now = 3_600_000;
    expect([guard.admit('a'), guard.admit('a'), guard.admit('a')]).toEqual([0, 0, 120_000]);
  });

  it('never admits more than the burst and the rate allow', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), steps, (perMinute, waits) => {
        let now = 0;
        let admitted = 0;
        const guard = makeRateGuard({ perMinute }, () => now);
        for (const wait of waits) {
          now += wait;
          if (guard.admit('caller') === 0) admitted += 1;
        }
        expect(admitted).toBeLessThanOrEqual(perMinute + (now / 60_000) * perMinute + 1e-6);
      }),
    );
  });

  it('remembers a bounded number of callers, and forgets the one that was quiet longest', () => {
    const guard = makeRateGuard({ perMinute: 1, maximumKeys: 2 }, () => 0);
    guard.admit('a');
    guard.admit('b');
    guard.admit('a');
    guard.admit('c');
    expect(guard.admit('a')).toBeGreaterThan(0);
    expect(guard.admit('b')).toBe(0);
  });
});
