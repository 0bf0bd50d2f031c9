export type {
  AccountDocument,
  ClaimDocument,
  ConsentDocument,
  LoginIntentDocument,
  OutboxDocument,
  PublishedEventDocument,
  RefreshIntent,
  SealedCredential,
  SyncState,
  UserDocument,
  VideoDocument,
} from './documents.ts';
export { COLLECTION, collectionsOf, type AuditDocument, type Collections } from './collections.ts';
