import type { MetricDefinition } from '../metric-definition.ts';
import { CALL_SECONDS, WAIT_SECONDS } from './boundaries.ts';

const CALLERS = ['ingestion', 'metrics-refresher'] as const;
const ENDPOINT = ['video.list', 'video.data', 'user.info'] as const;
const KIND = ['background', 'interactive'] as const;
const CEILING = ['minute', 'background', 'day', 'inflight'] as const;

/** Calls to TikTok's Display API and the ceilings they stay under. */
export const DISPLAY_API_METRICS = {
  tiktok_display_rate_limit_exceeded_total: {
    kind: 'counter',
    instrument: 'tiktok.display.rate_limit_exceeded',
    unit: 'count',
    help: 'Answers of 429 from the Display API; one per answer.',
    labels: { endpoint: ENDPOINT, kind: KIND },
    services: CALLERS,
  },
  tiktok_display_calls_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Calls to the Display API that were sent, by how they ended.',
    labels: {
      endpoint: ENDPOINT,
      outcome: ['ok', 'rate_limited', 'unavailable', 'token_rejected', 'scope_missing', 'rejected', 'invalid'],
    },
    services: CALLERS,
  },
  tiktok_display_call_duration_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time from sending a Display API call to its whole answer.',
    labels: { endpoint: ENDPOINT },
    boundaries: CALL_SECONDS,
    services: CALLERS,
  },
  tiktok_permit_wait_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time from asking for a call permit to having it.',
    labels: { kind: KIND },
    boundaries: WAIT_SECONDS,
    services: CALLERS,
  },
  tiktok_permits_used: {
    kind: 'gauge',
    unit: 'count',
    help: 'Permits taken in the current window of each ceiling, across all services.',
    labels: { ceiling: CEILING },
    services: CALLERS,
  },
  tiktok_permits_ceiling: {
    kind: 'gauge',
    unit: 'count',
    help: 'Permits each ceiling allows in its window.',
    labels: { ceiling: CEILING },
    services: CALLERS,
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
