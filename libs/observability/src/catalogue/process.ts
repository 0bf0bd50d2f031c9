import { SERVICES } from '@trendpot/contracts';
import type { MetricDefinition } from '../metric-definition.ts';
import { CALL_SECONDS } from './boundaries.ts';

/** What every service exposes about itself. */
export const PROCESS_METRICS = {
  http_requests_total: {
    kind: 'counter',
    unit: 'count',
    help: 'HTTP requests answered, by route template and status.',
    labels: { route: 'open', status: 'open' },
    services: SERVICES,
  },
  http_request_duration_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time from an HTTP request to the end of its answer, by route template.',
    labels: { route: 'open' },
    boundaries: CALL_SECONDS,
    services: SERVICES,
  },
  service_ready: {
    kind: 'gauge',
    unit: 'count',
    help: 'Whether the named readiness check passed when it last ran: 1 or 0.',
    labels: { check: 'open' },
    services: SERVICES,
  },
  process_resident_memory_bytes: {
    kind: 'gauge',
    unit: 'bytes',
    help: 'Resident memory of the process.',
    labels: {},
    services: SERVICES,
  },
  process_cpu_seconds_total: {
    kind: 'counter',
    unit: 'seconds',
    help: 'Processor time spent by the process.',
    labels: { mode: ['user', 'system'] },
    services: SERVICES,
  },
  process_start_time_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    help: 'When the process started, in Unix seconds.',
    labels: {},
    services: SERVICES,
  },
  nodejs_eventloop_lag_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    help: 'Delay of the event loop since the last scrape.',
    labels: { quantile: ['0.5', '0.99', '1'] },
    services: SERVICES,
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
