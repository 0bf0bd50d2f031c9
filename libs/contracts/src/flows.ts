import type { NatsUser } from './services.ts';
import { SUBJECT } from './subjects.ts';

/**
 * One edge of the platform: who sends what to whom. The rights of every NATS user, what the vault's account exports and
 * whom it answers, and whether a service runs an outbox or needs the permit streams are derived from this table; what is
 * not here is refused by the server.
 */
export interface Hop {
  readonly flow: 'connect' | 'refresh' | 'disconnect' | 'library' | 'budget' | 'audit' | 'operations';
  readonly kind: 'event' | 'work' | 'schedule' | 'request' | 'permit' | 'audit' | 'failed' | 'signal';
  readonly from: NatsUser;
  readonly subject: string;
  readonly to: readonly NatsUser[];
}

const ACCOUNT = '*';

/** Both lanes by name: on any other a job would lie where no consumer looks. */
const syncJobs = (hop: Pick<Hop, 'flow' | 'from'>): Hop[] =>
  ['first', 'page'].map((lane) => ({
    ...hop,
    kind: 'work',
    subject: `tiktok.jobs.sync.${lane}.${ACCOUNT}`,
    to: ['ingestion'],
  }));

export const HOPS: readonly Hop[] = [
  { flow: 'connect', kind: 'request', from: 'auth-gateway', subject: SUBJECT.vaultExchange, to: ['token-vault'] },
  {
    flow: 'connect',
    kind: 'work',
    from: 'token-vault',
    subject: `tiktok.jobs.sync.first.${ACCOUNT}`,
    to: ['ingestion'],
  },
  {
    flow: 'connect',
    kind: 'event',
    from: 'token-vault',
    subject: SUBJECT.accountsUpdate,
    to: ['auth-gateway', 'ingestion', 'metrics-refresher', 'subscriber'],
  },
  { flow: 'connect', kind: 'request', from: 'ingestion', subject: SUBJECT.vaultLease, to: ['token-vault'] },
  { flow: 'connect', kind: 'request', from: 'ingestion', subject: SUBJECT.embedsSanitize, to: ['embed-sanitizer'] },
  {
    flow: 'connect',
    kind: 'event',
    from: 'ingestion',
    subject: SUBJECT.videosUpdate,
    to: ['auth-gateway', 'subscriber'],
  },
  {
    flow: 'connect',
    kind: 'event',
    from: 'ingestion',
    subject: SUBJECT.accountsUpdate,
    to: ['auth-gateway', 'ingestion', 'metrics-refresher', 'subscriber'],
  },
  ...syncJobs({ flow: 'connect', from: 'ingestion' }),
  {
    flow: 'connect',
    kind: 'schedule',
    from: 'ingestion',
    subject: `tiktok.schedules.sync.${ACCOUNT}`,
    to: ['ingestion'],
  },
  {
    flow: 'connect',
    kind: 'schedule',
    from: 'ingestion',
    subject: `tiktok.schedules.refresh.${ACCOUNT}`,
    to: ['metrics-refresher'],
  },

  {
    flow: 'refresh',
    kind: 'work',
    from: 'metrics-refresher',
    subject: `tiktok.jobs.refresh.${ACCOUNT}`,
    to: ['metrics-refresher'],
  },
  {
    flow: 'refresh',
    kind: 'schedule',
    from: 'metrics-refresher',
    subject: `tiktok.schedules.refresh.${ACCOUNT}`,
    to: ['metrics-refresher'],
  },
  { flow: 'refresh', kind: 'request', from: 'metrics-refresher', subject: SUBJECT.vaultLease, to: ['token-vault'] },
  {
    flow: 'refresh',
    kind: 'event',
    from: 'metrics-refresher',
    subject: SUBJECT.videosUpdate,
    to: ['auth-gateway', 'subscriber'],
  },
  {
    flow: 'refresh',
    kind: 'event',
    from: 'metrics-refresher',
    subject: SUBJECT.accountsUpdate,
    to: ['auth-gateway', 'ingestion', 'metrics-refresher', 'subscriber'],
  },

  { flow: 'disconnect', kind: 'request', from: 'auth-gateway', subject: SUBJECT.vaultRevoke, to: ['token-vault'] },
  {
    flow: 'disconnect',
    kind: 'event',
    from: 'token-vault',
    subject: SUBJECT.videosUpdate,
    to: ['auth-gateway', 'subscriber'],
  },

  { flow: 'library', kind: 'request', from: 'auth-gateway', subject: SUBJECT.videosLookup, to: ['ingestion'] },
  { flow: 'library', kind: 'request', from: 'auth-gateway', subject: SUBJECT.videosPage, to: ['ingestion'] },

  { flow: 'budget', kind: 'permit', from: 'ingestion', subject: 'tiktok.permits.*', to: [] },
  { flow: 'budget', kind: 'permit', from: 'metrics-refresher', subject: 'tiktok.permits.*', to: [] },
  {
    flow: 'budget',
    kind: 'signal',
    from: 'ingestion',
    subject: SUBJECT.permitReleased,
    to: ['ingestion', 'metrics-refresher'],
  },
  {
    flow: 'budget',
    kind: 'signal',
    from: 'metrics-refresher',
    subject: SUBJECT.permitReleased,
    to: ['ingestion', 'metrics-refresher'],
  },
  {
    flow: 'budget',
    kind: 'signal',
    from: 'ingestion',
    subject: SUBJECT.permitCooldown,
    to: ['ingestion', 'metrics-refresher'],
  },
  {
    flow: 'budget',
    kind: 'signal',
    from: 'metrics-refresher',
    subject: SUBJECT.permitCooldown,
    to: ['ingestion', 'metrics-refresher'],
  },

  { flow: 'audit', kind: 'audit', from: 'token-vault', subject: 'tiktok.audit.token-vault.*', to: [] },
  { flow: 'audit', kind: 'audit', from: 'auth-gateway', subject: 'tiktok.audit.auth-gateway.*', to: [] },
  { flow: 'audit', kind: 'audit', from: 'operator', subject: 'tiktok.audit.operator.*', to: [] },

  {
    flow: 'operations',
    kind: 'failed',
    from: 'ingestion',
    subject: 'tiktok.failed.sync.*',
    to: ['operator', 'auth-gateway'],
  },
  {
    flow: 'operations',
    kind: 'failed',
    from: 'metrics-refresher',
    subject: 'tiktok.failed.refresh.*',
    to: ['operator', 'auth-gateway'],
  },
  { flow: 'operations', kind: 'request', from: 'auth-gateway', subject: SUBJECT.vaultStatus, to: ['token-vault'] },
  ...syncJobs({ flow: 'operations', from: 'auth-gateway' }),
  {
    flow: 'operations',
    kind: 'work',
    from: 'auth-gateway',
    subject: `tiktok.jobs.refresh.${ACCOUNT}`,
    to: ['metrics-refresher'],
  },
  ...syncJobs({ flow: 'operations', from: 'operator' }),
  {
    flow: 'operations',
    kind: 'work',
    from: 'operator',
    subject: `tiktok.jobs.refresh.${ACCOUNT}`,
    to: ['metrics-refresher'],
  },
];
