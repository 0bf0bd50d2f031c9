import type { Collection, Db } from 'mongodb';
import type { AuditBatchDocument } from './audit-batch.ts';
import type {
  AccountDocument,
  AuditChainDocument,
  ClaimDocument,
  ConsentDocument,
  DataKeyDocument,
  LoginIntentDocument,
  OutboxDocument,
  PendingRevocationDocument,
  PublishedEventDocument,
  SessionDocument,
  UserDocument,
  VideoDocument,
  WebhookDocument,
} from './documents.ts';

/** Every collection, typed. Names up to `consents` are known outside this repository; the others are ours to change. */
export interface Collections {
  readonly accounts: Collection<AccountDocument>;
  readonly users: Collection<UserDocument>;
  readonly videos: Collection<VideoDocument>;
  readonly auditLogs: Collection<AuditBatchDocument>;
  readonly outbox: Collection<OutboxDocument>;
  readonly consents: Collection<ConsentDocument>;
  readonly loginIntents: Collection<LoginIntentDocument>;
  readonly publishedEvents: Collection<PublishedEventDocument>;
  readonly claims: Collection<ClaimDocument>;
  readonly sessions: Collection<SessionDocument>;
  readonly webhooks: Collection<WebhookDocument>;
  readonly pendingRevocations: Collection<PendingRevocationDocument>;
  readonly auditChains: Collection<AuditChainDocument>;
  readonly dataKeys: Collection<DataKeyDocument>;
}

export const COLLECTION = {
  accounts: 'tiktok_accounts',
  users: 'users',
  videos: 'videos',
  auditLogs: 'audit_logs',
  outbox: 'outbox',
  consents: 'consents',
  loginIntents: 'login_intents',
  publishedEvents: 'published_events',
  claims: 'claims',
  sessions: 'sessions',
  webhooks: 'webhooks',
  pendingRevocations: 'pending_revocations',
  auditChains: 'audit_chains',
  dataKeys: 'token_data_keys',
} as const;

export const collectionsOf = (database: Db): Collections => ({
  accounts: database.collection(COLLECTION.accounts),
  users: database.collection(COLLECTION.users),
  videos: database.collection(COLLECTION.videos),
  auditLogs: database.collection(COLLECTION.auditLogs),
  outbox: database.collection(COLLECTION.outbox),
  consents: database.collection(COLLECTION.consents),
  loginIntents: database.collection(COLLECTION.loginIntents),
  publishedEvents: database.collection(COLLECTION.publishedEvents),
  claims: database.collection(COLLECTION.claims),
  sessions: database.collection(COLLECTION.sessions),
  webhooks: database.collection(COLLECTION.webhooks),
  pendingRevocations: database.collection(COLLECTION.pendingRevocations),
  auditChains: database.collection(COLLECTION.auditChains),
  dataKeys: database.collection(COLLECTION.dataKeys),
});
