export {
  AccountId,
  UserId,
  RequestId,
  VideoId,
  OpenId,
  newAccountId,
  newUserId,
  newRequestId,
  newMessageId,
} from './identifiers.ts';
export { Dialect, DEFAULT_SCOPES, missingScopes, unknownScopes } from './scopes.ts';
export {
  ERROR_CATALOGUE,
  ERROR_CODES,
  type ErrorCode,
  type ErrorDefinition,
  type RetryVerdict,
} from './error-catalogue.ts';
export { PlatformError, toPlatformError, type ErrorContext } from './platform-error.ts';
export { ReplyError, replySchema, replyOf, refusal, type Reply } from './reply.ts';

export { SERVICES, NATS_USERS, natsAccountOf, type ServiceName, type NatsUser } from './services.ts';
export {
  SUBJECT,
  syncJobSubject,
  syncScheduleSubject,
  refreshJobSubject,
  refreshScheduleSubject,
  failedSubject,
  auditSubject,
  type AuditWriterName,
  type SyncLane,
} from './subjects.ts';
export {
  STREAM,
  STREAMS,
  CONSUMER,
  CONSUMERS,
  type StreamName,
  type StreamDefinition,
  type ConsumerDefinition,
} from './streams.ts';
export { HOPS, type Hop } from './flows.ts';

export { Cursor, SyncJob, RefreshJob, DeadLetter, fromFirstAttempt } from './jobs.ts';
export {
  ExchangeRequest,
  ExchangeResult,
  ExchangeReply,
  LeaseOperation,
  LeaseRequest,
  LeaseResult,
  LeaseReply,
  Actor,
  RevokeRequest,
  RevokeResult,
  RevokeReply,
  StatusRequest,
  StatusResult,
  StatusReply,
} from './vault-messages.ts';
export { Counts, SafeEmbed, Thumbnail, Video } from './video.ts';
export { pictureOf, statedExpiry, LONGEST_PICTURE_LIFE_MS, PICTURE_DOMAINS, PICTURE_LIFE_MS } from './picture.ts';
export {
  UntrustedEmbed,
  SanitizeRequest,
  SanitizedEmbed,
  EmbedVerdict,
  SanitizeResult,
  SanitizeReply,
} from './embed-messages.ts';
export { requireServing } from './require-serving.ts';
export { accountUpdated, refreshScheduled, type Announcement } from './announcement.ts';
export { LookupRequest, LookupResult, LookupReply, PageRequest, PageResult, PageReply } from './library-messages.ts';
export { AuditEntry } from './audit.ts';
export {
  auditChainOrigin,
  auditChainStart,
  auditHash,
  nextAuditEntry,
  type AuditFact,
  type AuditHead,
} from './audit-chain.ts';
export { audited, type CommandAudit, type OperatorCommand } from './audited-command.ts';
export {
  EVENT_SCHEMA,
  VideosUpdate,
  AccountsUpdate,
  AccountState,
  SyncProgress,
  eventEnvelope,
  parseEvent,
  type EventType,
  type EventData,
  type PlatformEvent,
} from './events.ts';
