import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ERROR_CODES, PlatformError, type ErrorCode } from '@trendpot/contracts';
import { backoffAfter, decideRetry, type Tried } from './retry-decision.ts';

const LIMITS = { backoffMs: 5_000 };
const decide = (code: ErrorCode, attempt: number, afterMs?: number, outages?: number) =>
  decideRetry(new PlatformError(code, 'x', afterMs === undefined ? {} : { afterMs }), { attempt, outages }, LIMITS);
/** The failures one after the other, each on what the one before has left: where the job ends, and how long it took. */
const live = (codes: readonly ErrorCode[]) => {
  let tried: Tried = { attempt: 1 };
  let waitedMs = 0;
  for (const [index, code] of codes.entries()) {
    const decision = decideRetry(new PlatformError(code, 'x'), tried, LIMITS);
    if (decision.kind !== 'retry') return { ends: decision.kind, failures: index + 1, waitedMs };
    tried = decision.tried;
    waitedMs += decision.afterMs;
  }
  return { ends: 'waiting', tried, waitedMs };
};
const times = (count: number, code: ErrorCode): ErrorCode[] => Array.from({ length: count }, () => code);

describe('what becomes of a failed job', () => {
  it.each([
    [1, 5_000],
    [2, 10_000],
    [3, 20_000],
    [4, 40_000],
  ])('TikTok fails: attempt %i is followed by another after %i ms', (attempt, afterMs) => {
    for (const code of ['E_TIKTOK_UNAVAILABLE', 'E_TIKTOK_RATE_LIMITED', 'E_TIKTOK_RESPONSE_INVALID'] as const) {
      expect(decide(code, attempt)).toEqual({ kind: 'retry', tried: { attempt: attempt + 1 }, afterMs });
    }
  });

  it('gives up after the fifth attempt', () => {
    expect(decide('E_TIKTOK_UNAVAILABLE', 5)).toEqual({ kind: 'give-up' });
  });

  it('waits longer when TikTok asks for it, and never shorter than the backoff', () => {
    expect(decide('E_TIKTOK_RATE_LIMITED', 1, 60_000)).toMatchObject({ afterMs: 60_000 });
    expect(decide('E_TIKTOK_RATE_LIMITED', 1, 10)).toMatchObject({ afterMs: 5_000 });
  });

  it('does not count waiting for a permit as an attempt, however often', () => {
    for (const attempt of [1, 5, 99]) {
      for (const code of ['E_PERMIT_UNAVAILABLE', 'E_PERMIT_STALE'] as const) {
        expect(decide(code, attempt, undefined, 3)).toMatchObject({ kind: 'retry', tried: { attempt, outages: 3 } });
      }
    }
  });

  it('outlasts an outage of our own of an hour, but not for ever', () => {
    const outage = live(times(19, 'E_UNAVAILABLE'));
    expect(outage).toMatchObject({ ends: 'waiting', tried: { attempt: 20, outages: 19 } });
    expect(outage.waitedMs).toBeGreaterThan(60 * 60_000);
    expect(live(times(99, 'E_VAULT_KMS_UNAVAILABLE'))).toMatchObject({ ends: 'give-up', failures: 20 });
  });

  it('has five attempts at TikTok after an outage of our own, however long that was, and begins their waits anew', () => {
    const outage = times(19, 'E_VAULT_AUDIT_UNAVAILABLE');
    const first = live([...outage, 'E_TIKTOK_UNAVAILABLE']);
    expect(first.waitedMs - live(outage).waitedMs).toBe(5_000);
    const failing = times(99, 'E_TIKTOK_UNAVAILABLE');
    expect(live([...outage, ...failing])).toMatchObject({ ends: 'give-up', failures: 24 });
    expect(live([...times(4, 'E_TIKTOK_UNAVAILABLE'), ...outage, ...failing])).toMatchObject({ failures: 24 });
  });

  it('ends whatever comes in whatever order', () => {
    const codes = fc.array(fc.constantFrom<ErrorCode>('E_UNAVAILABLE', 'E_TIKTOK_UNAVAILABLE', 'E_INTERNAL'), {
      minLength: 24,
      maxLength: 24,
    });
    fc.assert(fc.property(codes, (failures) => expect(live(failures).ends).toBe('give-up')));
  });

  it('follows the verdict of every code there is', () => {
    for (const code of ERROR_CODES) {
      const { verdict } = new PlatformError(code, 'x');
      const { kind } = decide(code, 1);
      const expected = { never: 'give-up', drop: 'drop', 'needs-consent': 'needs-consent' } as Record<string, string>;
      expect(kind).toBe(expected[verdict] ?? 'retry');
    }
  });

  it('never waits less than before, nor beyond five minutes unless told to', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 60_000 }), (attempt, backoffMs) => {
        const wait = backoffAfter(attempt, backoffMs);
        expect(backoffAfter(attempt + 1, backoffMs)).toBeGreaterThanOrEqual(wait);
        expect(wait).toBeGreaterThanOrEqual(backoffMs);
        expect(wait).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});
