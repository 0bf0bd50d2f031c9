import type { ErrorCode } from '@trendpot/contracts';
import type { Permits, PermitsOptions } from '@trendpot/messaging';
import type { Meters } from '@trendpot/observability';
import type { IngestionMeter } from '../domain/ports.ts';
import type { CallMeter } from './tiktok-display.ts';

const queue = 'sync';

export const otelMeter = (meters: Meters): IngestionMeter => ({
  jobDone(seconds) {
    meters.add('tiktok_jobs_total', { queue, outcome: 'done' });
    meters.record('tiktok_job_duration_seconds', seconds, { queue });
  },
  jobDropped: () => meters.add('tiktok_jobs_total', { queue, outcome: 'dropped' }),
  jobRestored: () => meters.add('tiktok_jobs_restored_total', { queue }),
  videosStored: (count) => meters.add('tiktok_videos_stored_total', {}, count),
  videosRefused: (reason, count) => meters.add('tiktok_videos_refused_total', { reason }, count),
});

const OUTCOME = {
  E_TIKTOK_RATE_LIMITED: 'rate_limited',
  E_TIKTOK_UNAVAILABLE: 'unavailable',
  E_TIKTOK_TOKEN_REJECTED: 'token_rejected',
  E_SCOPE_MISSING: 'scope_missing',
  E_TIKTOK_REQUEST_REJECTED: 'rejected',
  E_TIKTOK_RESPONSE_INVALID: 'invalid',
} as const satisfies Partial<Record<ErrorCode, string>>;

const outcomeOf = (code: string | undefined) => {
  if (code === undefined) return 'ok';
  return Object.hasOwn(OUTCOME, code) ? OUTCOME[code as keyof typeof OUTCOME] : 'unavailable';
};

/** Counts and times the calls to TikTok, and the wait for their permits. */
export const callMeter = (meters: Meters): CallMeter => ({
  called(endpoint, seconds, code) {
    meters.add('tiktok_display_calls_total', { endpoint, outcome: outcomeOf(code) });
    meters.record('tiktok_display_call_duration_seconds', seconds, { endpoint });
  },
  waited: (kind, seconds) => meters.record('tiktok_permit_wait_seconds', seconds, { kind }),
});

/** Counts the answers of 429. */
export const meterRateLimits =
  (meters: Meters): NonNullable<PermitsOptions['onRateLimited']> =>
  (endpoint, kind) =>
    meters.add('tiktok_display_rate_limit_exceeded_total', { endpoint: endpoint, kind });

const CEILINGS = ['minute', 'background', 'day', 'inflight'] as const;

/** Shows how much of each ceiling is used, over all services. */
export const observePermits = (meters: Meters, permits: Pick<Permits, 'usage'>): void => {
  for (const ceiling of CEILINGS) {
    meters.observe('tiktok_permits_used', async () => (await permits.usage())[ceiling].used, { ceiling });
    meters.observe('tiktok_permits_ceiling', async () => (await permits.usage())[ceiling].ceiling, { ceiling });
  }
};
