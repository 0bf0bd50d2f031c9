import type { ErrorCode, PlatformError } from '@trendpot/contracts';

export type RetryDecision =
  | { readonly kind: 'retry'; readonly attempt: number; readonly afterMs: number }
  | { readonly kind: 'give-up' }
  | { readonly kind: 'needs-consent' }
  | { readonly kind: 'drop' };

export interface RetryLimits {
  /** The first wait; each further one is twice as long. */
  readonly backoffMs: number;
  /** Default 5. */
  readonly maxAttempts?: number;
}

const MAX_ATTEMPTS = 5;

/** Waiting for the call budget is no attempt: the job never got to do anything. */
const NO_ATTEMPT: ReadonlySet<ErrorCode> = new Set(['E_PERMIT_UNAVAILABLE', 'E_PERMIT_STALE']);

/**
 * Faults of our own house. An outage of some minutes must not fill the dead letters with the jobs of every creator, so
 * they get more attempts; not endless ones, for a job may also be what brings the other service down.
 */
const OUR_OUTAGE: ReadonlySet<ErrorCode> = new Set([
  'E_UNAVAILABLE',
  'E_VAULT_KMS_UNAVAILABLE',
  'E_VAULT_AUDIT_UNAVAILABLE',
]);
const MAX_OUTAGE_ATTEMPTS = 20;
const LONGEST_WAIT_MS = 5 * 60_000;

/** 5 s, 10 s, 20 s, 40 s, ... as the attempts go; at most five minutes. */
export const backoffAfter = (attempt: number, backoffMs: number): number =>
  Math.min(Math.max(LONGEST_WAIT_MS, backoffMs), backoffMs * 2 ** Math.min(attempt - 1, 30));

/** What becomes of a job that failed in this attempt. The verdict belongs to the error, not to the place. */
export const decideRetry = (error: PlatformError, attempt: number, limits: RetryLimits): RetryDecision => {
  const { verdict } = error;
  switch (verdict) {
    case 'drop':
      return { kind: 'drop' };
    case 'never':
      return { kind: 'give-up' };
    case 'needs-consent':
      return { kind: 'needs-consent' };
    // The service refreshes a refused token once, itself; a second refusal is as good as an outage.
    case 'refresh-token':
    case 'backoff': {
      const waited = NO_ATTEMPT.has(error.code);
      const limit = OUR_OUTAGE.has(error.code) ? MAX_OUTAGE_ATTEMPTS : (limits.maxAttempts ?? MAX_ATTEMPTS);
      if (!waited && attempt >= limit) return { kind: 'give-up' };
      const backoff = backoffAfter(waited ? 1 : attempt, limits.backoffMs);
      return { kind: 'retry', attempt: waited ? attempt : attempt + 1, afterMs: Math.max(backoff, error.afterMs ?? 0) };
    }
  }
};
