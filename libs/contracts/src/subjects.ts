import type { AccountId } from './identifiers.ts';

/** Every subject of the platform, once. Programs outside this repository know these names. */
export const SUBJECT = {
  videosUpdate: 'tiktok.videos.update',
  accountsUpdate: 'tiktok.accounts.update',
  vaultExchange: 'tiktok.vault.exchange',
  vaultLease: 'tiktok.vault.lease',
  vaultRevoke: 'tiktok.vault.revoke',
  vaultStatus: 'tiktok.vault.status',
  embedsSanitize: 'tiktok.embeds.sanitize',
  videosLookup: 'tiktok.videos.lookup',
  videosPage: 'tiktok.videos.page',
  permitMinute: 'tiktok.permits.minute',
  permitBackground: 'tiktok.permits.background',
  permitDay: 'tiktok.permits.day',
  permitInflight: 'tiktok.permits.inflight',
  permitCooldown: 'tiktok.permits.cooldown',
  /** Core NATS only: wakes whoever waits for a place. */
  permitReleased: 'tiktok.permits.released',
} as const;

/**
 * First pages of newly connected creators have a lane of their own, so that a backlog of later pages cannot keep a
 * person waiting.
 */
export type SyncLane = 'first' | 'page';

export const syncJobSubject = (lane: SyncLane, accountId: AccountId): string => `tiktok.jobs.sync.${lane}.${accountId}`;
export const syncScheduleSubject = (accountId: AccountId): string => `tiktok.schedules.sync.${accountId}`;
export const refreshJobSubject = (accountId: AccountId): string => `tiktok.jobs.refresh.${accountId}`;
export const refreshScheduleSubject = (accountId: AccountId): string => `tiktok.schedules.refresh.${accountId}`;
/** A dead letter; the account is `unknown` when the message was too broken to tell. */
export const failedSubject = (queue: 'sync' | 'refresh', accountId: AccountId | 'unknown'): string =>
  `tiktok.failed.${queue}.${accountId}`;
/** Who may write in the audit; each below its own name only, which the NATS server itself sees to. */
export type AuditWriterName = 'auth-gateway' | 'operator' | 'token-vault';
export const auditSubject = (writer: AuditWriterName, accountId: AccountId | 'platform'): string =>
  `tiktok.audit.${writer}.${accountId}`;
