import { ERROR_CODES, EVENT_SCHEMA } from '@trendpot/contracts';
import type { MetricDefinition } from '../metric-definition.ts';
import { WAIT_SECONDS } from './boundaries.ts';

const WORKERS = ['ingestion', 'metrics-refresher'] as const;
const PUBLISHERS = ['token-vault', 'ingestion', 'metrics-refresher'] as const;
const QUEUE = ['sync', 'refresh'] as const;

/** Jobs, dead letters, the outbox and what comes out of them. */
export const PIPELINE_METRICS = {
  tiktok_jobs_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Jobs that were settled, by how.',
    labels: { queue: QUEUE, outcome: ['done', 'retried', 'dropped', 'dead', 'needs_consent'] },
    services: WORKERS,
  },
  tiktok_job_duration_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time a job was in hand until it was done, waiting for a call permit included.',
    labels: { queue: QUEUE },
    boundaries: WAIT_SECONDS,
    services: WORKERS,
  },
  tiktok_jobs_restored_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Jobs of connected accounts that were lost and queued again; anything but 0 deserves a look.',
    labels: { queue: QUEUE },
    services: WORKERS,
  },
  tiktok_dead_letters_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Jobs given up and kept as dead letters, by the code of their error.',
    labels: { queue: QUEUE, code: ERROR_CODES },
    services: WORKERS,
  },
  tiktok_outbox_waiting: {
    kind: 'gauge',
    unit: 'count',
    help: 'Outbox entries of this service that are not yet published; counting stops at 100000.',
    labels: {},
    services: PUBLISHERS,
  },
  tiktok_outbox_limit: {
    kind: 'gauge',
    unit: 'count',
    help: 'Outbox entries of this service that may wait; with more of them no further job is begun.',
    labels: {},
    services: WORKERS,
  },
  tiktok_outbox_lag_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    help: 'Age of the oldest outbox entry of this service that is not yet published.',
    labels: {},
    services: PUBLISHERS,
  },
  tiktok_outbox_blocked_accounts: {
    kind: 'gauge',
    unit: 'count',
    help: 'Accounts whose oldest outbox entry this process could not publish several times running.',
    labels: {},
    services: PUBLISHERS,
  },
  tiktok_events_published_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Events published through the outbox, by type.',
    labels: { type: Object.keys(EVENT_SCHEMA) },
    services: PUBLISHERS,
  },
  tiktok_videos_stored_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Videos written for the first time.',
    labels: {},
    services: ['ingestion'],
  },
  tiktok_videos_refused_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Videos not stored: their embed was refused, or they are stored for another creator.',
    labels: { reason: ['embed', 'foreign'] },
    services: ['ingestion'],
  },
  tiktok_videos_refreshed_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Videos whose counts were refreshed.',
    labels: {},
    services: ['metrics-refresher'],
  },
  tiktok_videos_removed_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Videos removed because TikTok did not know them twice running.',
    labels: {},
    services: ['metrics-refresher'],
  },
  tiktok_embeds_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Embeds judged, by verdict.',
    labels: { verdict: ['safe', 'rejected'] },
    services: ['embed-sanitizer'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
