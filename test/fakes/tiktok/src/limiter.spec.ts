import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxInWindow } from './call-log.ts';
import { Limiter, type LimiterKnobs } from './limiter.ts';

const KNOBS: LimiterKnobs = { perMinute: 0, limitPer: 'app', perDay: 0, concurrent: 0, windowMs: 100, dayMs: 1000 };
const call = (at: number, more: { app?: string; route?: string; inFlight?: number } = {}) => ({
  app: 'a',
  route: '/list',
  inFlight: 1,
  at,
  ...more,
});

describe('the limiter', () => {
  it('never lets more than the ceiling into any window, and never refuses one that fits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 9 }),
        (gaps, perMinute) => {
          const limiter = new Limiter();
          const admitted: number[] = [];
          let at = 0;
          for (const gap of gaps) {
            at += gap;
            const fits = admitted.filter((time) => at - time < 100).length < perMinute;
            expect(limiter.admits(call(at), { ...KNOBS, perMinute })).toBe(fits);
            if (fits) admitted.push(at);
          }
          expect(maxInWindow(admitted, 100)).toBeLessThanOrEqual(perMinute);
        },
      ),
    );
  });

  it('counts all routes of an app together, or each by itself, and apps always apart', () => {
    const routes = (limitPer: LimiterKnobs['limitPer']) => {
      const limiter = new Limiter();
      const knobs: LimiterKnobs = { ...KNOBS, perMinute: 1, limitPer };
      return [call(0), call(1, { route: '/data' }), call(2, { app: 'b' })].map((one) => limiter.admits(one, knobs));
    };
    expect(routes('app')).toEqual([true, false, true]);
    expect(routes('route')).toEqual([true, true, true]);
  });

  it('holds the day as well, and gives it back when it has passed', () => {
    const limiter = new Limiter();
    const admitted = [0, 300, 600, 1000].map((at) => limiter.admits(call(at), { ...KNOBS, perDay: 2 }));
    expect(admitted).toEqual([true, true, false, true]);
  });

  it('refuses what comes beside too many', () => {
    const limiter = new Limiter();
    expect(limiter.admits(call(0, { inFlight: 5 }), { ...KNOBS, concurrent: 5 })).toBe(true);
    expect(limiter.admits(call(1, { inFlight: 6 }), { ...KNOBS, concurrent: 5 })).toBe(false);
  });
});
