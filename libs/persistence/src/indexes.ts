import type { IndexDescription } from 'mongodb';
import type { Collections } from './collections.ts';

const DAY_SECONDS = 86_400;

/** Longer than TikTok repeats a webhook (72 hours) and than any signature is accepted. */
const WEBHOOK_SECONDS = 30 * DAY_SECONDS;

/** Longer than the event stream keeps an event: a record must outlive what it points at. */
const PUBLISHED_EVENT_SECONDS = 31 * DAY_SECONDS;

/** Every index, for the query it serves. */
export const INDEXES: Readonly<Record<keyof Collections, readonly IndexDescription[]>> = {
  accounts: [
    { name: 'openId', key: { openId: 1 }, unique: true, partialFilterExpression: { openId: { $exists: true } } },
    { name: 'user', key: { userId: 1, createdAt: 1 } },
    { name: 'credentialKey', key: { 'credential.keyId': 1 }, sparse: true },
    { name: 'grantExpiry', key: { 'credential.refreshTokenExpiresAt': 1 }, sparse: true },
  ],
  users: [{ name: 'tiktokAccount', key: { 'tiktok.accountId': 1 }, sparse: true }],
  videos: [
    { name: 'tiktokVideoId', key: { tiktokVideoId: 1 }, unique: true },
    { name: 'newestOfAccount', key: { accountId: 1, createdAt: -1, _id: -1 } },
    { name: 'roundOfAccount', key: { accountId: 1, _id: 1 } },
  ],
  auditLogs: [
    {
      name: 'placeInChain',
      key: { chain: 1, first: 1 },
      unique: true,
      partialFilterExpression: { first: { $exists: true } },
    },
    { name: 'accountsOfBatch', key: { 'entries.accountId': 1 } },
  ],
  outbox: [
    { name: 'orderOfAccount', key: { accountId: 1, sequence: 1 }, unique: true },
    { name: 'workOfService', key: { service: 1, accountId: 1, sequence: 1 } },
    { name: 'ageOfService', key: { service: 1, createdAt: 1 } },
  ],
  consents: [{ name: 'account', key: { accountId: 1, at: 1 } }],
  loginIntents: [{ name: 'expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  publishedEvents: [
    { name: 'account', key: { accountId: 1, erasable: 1 } },
    { name: 'expiry', key: { publishedAt: 1 }, expireAfterSeconds: PUBLISHED_EVENT_SECONDS },
  ],
  pendingRevocations: [
    { name: 'due', key: { dueAt: 1 } },
    { name: 'creator', key: { openIdDigest: 1 } },
    { name: 'credentialKey', key: { 'credential.keyId': 1 } },
  ],
  dataKeys: [],
  auditChains: [{ name: 'writers', key: { service: 1, seenAt: 1 } }],
  claims: [{ name: 'expiry', key: { expiresAt: 1 }, expireAfterSeconds: 3600 }],
  sessions: [{ name: 'expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  webhooks: [
    { name: 'due', key: { dueAt: 1 }, sparse: true },
    { name: 'expiry', key: { receivedAt: 1 }, expireAfterSeconds: WEBHOOK_SECONDS },
  ],
};
