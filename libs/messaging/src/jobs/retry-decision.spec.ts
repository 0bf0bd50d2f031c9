import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ERROR_CODES, PlatformError, type ErrorCode } from '@trendpot/contracts';
import { backoffAfter, decideRetry } from './retry-decision.ts';

const LIMITS = { backoffMs: 5_000 };
const decide = (code: ErrorCode, attempt: number, afterMs?: number) =>
  decideRetry(new PlatformError(code, 'x', afterMs === undefined ? {} : { afterMs }), attempt, LIMITS);

describe('what becomes of a failed job', () => {
  it.each([
    [1, 5_000],
    [2, 10_000],
    [3, 20_000],
    [4, 40_000],
  ])('TikTok fails: attempt %i is followed by another after %i ms', (attempt, afterMs) => {
    for (const code of ['E_TIKTOK_UNAVAILABLE', 'E_TIKTOK_RATE_LIMITED', 'E_TIKTOK_RESPONSE_INVALID'] as const) {
      expect(decide(code, attempt)).toEqual({ kind: 'retry', attempt: attempt + 1, afterMs });
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
      expect(decide('E_PERMIT_UNAVAILABLE', attempt)).toMatchObject({ kind: 'retry', attempt });
      expect(decide('E_PERMIT_STALE', attempt)).toMatchObject({ kind: 'retry', attempt });
    }
  });

  it('outlasts an outage of our own, but not for ever', () => {
    expect(decide('E_UNAVAILABLE', 5)).toMatchObject({ kind: 'retry', attempt: 6 });
    expect(decide('E_VAULT_KMS_UNAVAILABLE', 19)).toMatchObject({ kind: 'retry', afterMs: 300_000 });
    expect(decide('E_UNAVAILABLE', 20)).toEqual({ kind: 'give-up' });
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
