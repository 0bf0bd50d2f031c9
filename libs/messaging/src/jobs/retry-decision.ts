import type { ErrorCode, PlatformError } from '@trendpot/contracts';
import type { Job } from './job.ts';

/** What a job says of the attempts before. */
export type Tried = Pick<Job, 'attempt' | 'outages'>;

export type RetryDecision =
  | { readonly kind: 'retry'; readonly tried: Tried; readonly afterMs: number }
  | { readonly kind: 'give-up' }
  | { readonly kind: 'needs-consent' }
  | { readonly kind: 'drop' };

export interface RetryLimits {
  /** The first wait; each further one is twice as long. */
  readonly backoffMs: number;
  /** Attempts that failed for a cause that is none of ours. Default 5. */
  readonly maxAttempts?: number;
}

const MAX_ATTEMPTS = 5;

/** Waiting for the call budget is no attempt: the job never got to do anything. */
const NO_ATTEMPT: ReadonlySet<ErrorCode> = new Set(['E_PERMIT_UNAVAILABLE', 'E_PERMIT_STALE']);

/**
 * Faults of our own house. They use up none of the five attempts: an outage says nothing of the job, and must not fill the
 * dead letters with the jobs of every creator. They are counted by themselves and not endless, for a job may also be what
 * brings the other service down.
 */
const OUR_OUTAGE: ReadonlySet<ErrorCode> = new Set([
  'E_UNAVAILABLE',
  'E_VAULT_KMS_UNAVAILABLE',
  'E_VAULT_AUDIT_UNAVAILABLE',
]);
const MAX_OUTAGES = 20;
const LONGEST_WAIT_MS = 5 * 60_000;

/** 5 s, 10 s, 20 s, 40 s, ... as the failures of one kind go; at most five minutes. */
export const backoffAfter = (failures: number, backoffMs: number): number =>
  Math.min(Math.max(LONGEST_WAIT_MS, backoffMs), backoffMs * 2 ** Math.min(failures - 1, 30));

/** How many failures of one kind a job has with this one, how many it may have, and what it says of itself from now on. */
const count = ({ attempt, outages = 0 }: Tried, code: ErrorCode, limits: RetryLimits) => {
  if (OUR_OUTAGE.has(code)) {
    const failures = outages + 1;
    return { failures, most: MAX_OUTAGES, tried: { attempt: attempt + 1, outages: failures } };
  }
  const tried = { attempt: attempt + 1, ...(outages === 0 ? {} : { outages }) };
  return { failures: Math.max(1, attempt - outages), most: limits.maxAttempts ?? MAX_ATTEMPTS, tried };
};

/** What becomes of a job that failed in this attempt. The verdict belongs to the error, not to the place. */
export const decideRetry = (error: PlatformError, tried: Tried, limits: RetryLimits): RetryDecision => {
  const { verdict, code } = error;
  const retry = (next: Tried, backoffMs: number): RetryDecision => ({
    kind: 'retry',
    tried: next,
    afterMs: Math.max(backoffMs, error.afterMs ?? 0),
  });
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
      if (NO_ATTEMPT.has(code)) return retry(tried, backoffAfter(1, limits.backoffMs));
      const { failures, most, tried: next } = count(tried, code, limits);
      return failures >= most ? { kind: 'give-up' } : retry(next, backoffAfter(failures, limits.backoffMs));
    }
  }
};
