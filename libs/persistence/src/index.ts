export type {
  AccountDocument,
  AuditChainDocument,
  ClaimDocument,
  ConsentDocument,
  DataKeyDocument,
  LoginIntentDocument,
  OutboxDocument,
  PendingRevocationDocument,
  PublishedEventDocument,
  RefreshIntent,
  RefreshState,
  SealedCredential,
  SessionDocument,
  SyncState,
  UserDocument,
  VideoDocument,
  WebhookDocument,
} from './documents.ts';
export type { Collections } from './collections.ts';
export { auditBatchOf, entriesOfBatch, MOST_IN_AUDIT_BATCH, type AuditBatchDocument } from './audit-batch.ts';
export { registerAuditChain, type AuditChainWriter } from './audit-chain.ts';
export { findAuditEntries, type AuditQuery } from './find-audit-entries.ts';

export { connectMongo, type Database } from './connect-mongo.ts';
export { reachable, reachablePort } from './reachable.ts';
export { digestOfDataKey } from './data-key-digest.ts';
export { migrate } from './migrate.ts';
export { takeClaim, releaseClaim } from './claim.ts';
export { appendOutbox, updateAccountAndAppend, type Appended, type OutboxEntry } from './append-outbox.ts';
export { readForChange } from './read-for-change.ts';
export { isDuplicateKey } from './duplicate-key.ts';
export { outboxEntryOf, type Announcement } from './announcement.ts';
export { startOutboxRelay, type Relay, type RelayLogger, type RelayOptions } from './outbox-relay.ts';
export type { OutboxLag } from './outbox-lag.ts';
export { createOutboxLimit, type OutboxLimit } from './outbox-limit.ts';
export type { Published } from './settle-published.ts';
