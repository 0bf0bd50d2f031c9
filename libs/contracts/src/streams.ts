import type { ServiceName } from './services.ts';
import { SUBJECT } from './subjects.ts';

/**
 * A JetStream stream of the platform account. `owner` creates and updates it when it starts; all others wait for it.
 * Permit streams have no limits here: they come from the settings (ADR 0001).
 */
export interface StreamDefinition {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly kind: 'events' | 'work' | 'failed' | 'audit' | 'permits' | 'cooldown';
  readonly owner: ServiceName;
}

export const STREAM = {
  events: 'TIKTOK_EVENTS',
  sync: 'TIKTOK_SYNC',
  refresh: 'TIKTOK_REFRESH',
  failed: 'TIKTOK_FAILED',
  audit: 'TIKTOK_AUDIT',
  permitsMinute: 'TIKTOK_PERMITS_MINUTE',
  permitsBackground: 'TIKTOK_PERMITS_BACKGROUND',
  permitsDay: 'TIKTOK_PERMITS_DAY',
  permitsInflight: 'TIKTOK_PERMITS_INFLIGHT',
  permitsCooldown: 'TIKTOK_PERMITS_COOLDOWN',
} as const;
export type StreamName = (typeof STREAM)[keyof typeof STREAM];

export const STREAMS: readonly StreamDefinition[] = [
  { name: STREAM.events, subjects: [SUBJECT.videosUpdate, SUBJECT.accountsUpdate], kind: 'events', owner: 'ingestion' },
  { name: STREAM.sync, subjects: ['tiktok.jobs.sync.>', 'tiktok.schedules.sync.>'], kind: 'work', owner: 'ingestion' },
  {
    name: STREAM.refresh,
    subjects: ['tiktok.jobs.refresh.>', 'tiktok.schedules.refresh.>'],
    kind: 'work',
    owner: 'metrics-refresher',
  },
  { name: STREAM.failed, subjects: ['tiktok.failed.>'], kind: 'failed', owner: 'ingestion' },
  { name: STREAM.audit, subjects: ['tiktok.audit.>'], kind: 'audit', owner: 'auth-gateway' },
  { name: STREAM.permitsMinute, subjects: [SUBJECT.permitMinute], kind: 'permits', owner: 'ingestion' },
  { name: STREAM.permitsBackground, subjects: [SUBJECT.permitBackground], kind: 'permits', owner: 'ingestion' },
  { name: STREAM.permitsDay, subjects: [SUBJECT.permitDay], kind: 'permits', owner: 'ingestion' },
  { name: STREAM.permitsInflight, subjects: [SUBJECT.permitInflight], kind: 'permits', owner: 'ingestion' },
  { name: STREAM.permitsCooldown, subjects: [SUBJECT.permitCooldown], kind: 'cooldown', owner: 'ingestion' },
];

/** A durable pull consumer; its owner creates it. */
export interface ConsumerDefinition {
  readonly name: string;
  readonly stream: StreamName;
  readonly filter: string;
  readonly owner: ServiceName;
}

export const CONSUMER = {
  syncFirst: 'sync-first',
  syncPage: 'sync-page',
  refresh: 'refresh',
  ingestionErasure: 'ingestion-erasure',
  refresherErasure: 'refresher-erasure',
} as const;

export const CONSUMERS: readonly ConsumerDefinition[] = [
  { name: CONSUMER.syncFirst, stream: STREAM.sync, filter: 'tiktok.jobs.sync.first.*', owner: 'ingestion' },
  { name: CONSUMER.syncPage, stream: STREAM.sync, filter: 'tiktok.jobs.sync.page.*', owner: 'ingestion' },
  { name: CONSUMER.refresh, stream: STREAM.refresh, filter: 'tiktok.jobs.refresh.*', owner: 'metrics-refresher' },
  { name: CONSUMER.ingestionErasure, stream: STREAM.events, filter: SUBJECT.accountsUpdate, owner: 'ingestion' },
  {
    name: CONSUMER.refresherErasure,
    stream: STREAM.events,
    filter: SUBJECT.accountsUpdate,
    owner: 'metrics-refresher',
  },
];
