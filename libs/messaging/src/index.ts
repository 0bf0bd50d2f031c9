export { type Messaging, type Running, type LoggerLike } from './messaging.ts';
export { connectMessaging, type ConnectOptions } from './connect.ts';

export { ensureTopology, type Topology } from './topology/ensure-topology.ts';
export { keepInPlace, type Kept } from './keep-in-place.ts';
export { type TopologySettings, type CeilingSettings, type ConsumerName } from './topology/settings.ts';

export { publish, type PublishOptions, type Published } from './publish.ts';
export { openAuditWriter, type AuditCopy, type AuditWriterOptions } from './audit/audit-writer.ts';
export { request, type RequestOptions } from './request.ts';
export { respond, type RespondOptions, type RequestMeta } from './respond.ts';

export { consumeEvents, type ConsumeEventsOptions } from './consume-events.ts';
export { consumeJobs, type ConsumeJobsOptions, type JobMeta } from './jobs/consume-jobs.ts';
export { type JobFailurePolicy } from './jobs/failure-policy.ts';
export { type Job } from './jobs/job.ts';

export { purgeAccount, hasPending, erasePublished, type WorkStream } from './account-messages.ts';

export { listDeadLetters, showDeadLetter, type DeadLetterFilter } from './dead-letters/list-dead-letters.ts';
export { chooseDeadLetters } from './dead-letters/choose-dead-letters.ts';
export { redriveDeadLetter } from './dead-letters/redrive-dead-letter.ts';
export { settleDeadLetters, type DeadLetterFate } from './dead-letters/settle-dead-letters.ts';
export { type StoredDeadLetter } from './dead-letters/stored-dead-letter.ts';

export { createPermits } from './permits/create-permits.ts';
export { readUsage } from './permits/usage.ts';
export {
  type Permits,
  type Permit,
  type PermitsOptions,
  type WithPermitOptions,
  type CallKind,
  type Use,
  type Usage,
} from './permits/permits.ts';

export { createUserKeys, readUserKey, type UserKey } from './server-config/user-keys.ts';
export { natsAccounts, type NatsAccounts } from './server-config/accounts.ts';
export { natsServerConfig, type NatsServerConfigOptions } from './server-config/nats-server-config.ts';

export { createRecipient, sealTo, type Recipient } from './sealed-box/sealed-box.ts';
export { createSealer } from './sealed-box/sealer.ts';
export { leaseToken, type LentToken } from './lease-token.ts';
