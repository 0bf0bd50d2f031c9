import type { SafeEmbed } from '@trendpot/contracts';
import { AccountId, AccountState, Actor, AuditEntry, Counts, OpenId, UserId, VideoId } from '@trendpot/contracts';
import { MOST_IN_AUDIT_BATCH, type AuditBatchDocument } from './audit-batch.ts';
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
  RefreshIntent,
  RefreshState,
  SealedCredential,
  SessionDocument,
  SyncState,
  UserDocument,
  VideoDocument,
  WebhookDocument,
} from './documents.ts';
import {
  exactly,
  listOf,
  oneOf,
  optional,
  ruleOf,
  sealed,
  text,
  time,
  truth,
  whole,
  type Rule,
} from './schema-rules.ts';

const accountId = ruleOf(AccountId);
const userId = ruleOf(UserId);
const videoId = ruleOf(VideoId);
const address = text(2048, '^https://');
/** Pictures are TikTok's; a fake TikTok on this machine serves its own. */
const pictureAddress = text(2048, '^(https://|http://(127[.]0[.]0[.]1|localhost)(:[0-9]+)?/)');
const code = text(64, '^[A-Za-z][A-Za-z0-9_]*$');
const scopes = listOf(text(64), 16);
const sha256 = text(64, '^[0-9a-f]{64}$');

const credential = exactly<SealedCredential>({
  keyId: text(512, '^arn:'),
  dataKeyDigest: optional(sealed),
  wrappedDataKey: optional(sealed),
  accessToken: sealed,
  refreshToken: sealed,
  accessTokenExpiresAt: time,
  refreshTokenExpiresAt: time,
  issuedAt: optional(time),
  generation: whole(),
});

const refreshIntent = exactly<RefreshIntent>({
  fence: whole(),
  holder: text(128),
  startedAt: time,
  expiresAt: time,
});

const sync = exactly<SyncState>({
  walkId: optional(text(64)),
  mode: optional(oneOf(['full', 'incremental'])),
  pages: whole(),
  cursor: optional(whole()),
  videos: whole(),
  complete: truth,
  newestAt: optional(time),
  walkedUpTo: optional(time),
  startedAt: optional(time),
  completedAt: optional(time),
  profileAt: optional(time),
  videosAt: optional(time),
  metricsAt: optional(time),
});

const refresh = exactly<RefreshState>({
  startedAt: time,
  after: optional(videoId),
  finishedAt: optional(time),
});

export const account = exactly<AccountDocument>({
  _id: accountId,
  openId: optional(ruleOf(OpenId)),
  userId,
  state: ruleOf(AccountState),
  scopes: exactly<AccountDocument['scopes']>({ requested: scopes, granted: scopes }),
  consentCopyVersion: text(32),
  profile: optional(
    exactly<NonNullable<AccountDocument['profile']>>({
      displayName: optional(text(256)),
      avatarUrl: optional(address),
    }),
  ),
  credential: optional(credential),
  refreshIntent: optional(refreshIntent),
  refreshFence: optional(whole()),
  consentExpiryAnnounced: optional(time),
  sync,
  refresh: optional(refresh),
  lastError: optional(exactly<NonNullable<AccountDocument['lastError']>>({ code, at: time })),
  eventSequence: whole(),
  outboxSequence: optional(whole()),
  revocation: optional(
    exactly<NonNullable<AccountDocument['revocation']>>({
      at: time,
      actor: exactly<NonNullable<AccountDocument['revocation']>['actor']>({ kind: text(32), id: text(128) }),
      reason: text(500),
      atTikTok: oneOf(['revoked', 'already-void', 'pending', 'given-up']),
      receipt: text(128),
    }),
  ),
  createdAt: time,
  updatedAt: time,
});

const user = exactly<UserDocument>({
  _id: userId,
  tiktok: optional(exactly<NonNullable<UserDocument['tiktok']>>({ accountId, credential })),
  createdAt: time,
  updatedAt: time,
});

export const video = exactly<VideoDocument>({
  _id: videoId,
  tiktokVideoId: videoId,
  accountId,
  shareUrl: address,
  caption: text(2200),
  createdAt: time,
  durationSeconds: optional(whole()),
  // Markup of our own making only: one frame without content, whatever the contract's schema would let through.
  embed: exactly<VideoDocument['embed']>({
    videoId,
    html: text(2048, '^<iframe [^<>]*></iframe>$'),
    playerUrl: address,
  } satisfies Record<keyof SafeEmbed, Rule>),
  thumbnail: optional(exactly<NonNullable<VideoDocument['thumbnail']>>({ url: pictureAddress, expiresAt: time })),
  counts: ruleOf(Counts),
  lastRefreshedAt: time,
  absences: whole(),
  absentSince: optional(time),
  storedAt: time,
});

/**
 * Which fields there may be and how long: a token finds no place. Patterns and lists of values would double what
 * recording an opening takes of mongod, and guard nothing that the hashes do not. Measured.
 */
const recordedEntry = exactly<AuditBatchDocument['entries'][number]>({
  at: text(32),
  action: text(32),
  requestId: text(64),
  accountId: text(64),
  operation: text(64),
  caller: text(128),
  actor: optional(ruleOf(Actor)),
  reason: optional(text(500)),
  outcome: text(16),
  cause: optional(text(128)),
  hash: text(64),
});

const { version, chain, sequence, previousHash } = AuditEntry.shape;
const auditBatch = exactly<AuditBatchDocument>({
  _id: text(200),
  version: ruleOf(version),
  chain: ruleOf(chain),
  first: ruleOf(sequence),
  previousHash: ruleOf(previousHash),
  entries: { ...listOf(recordedEntry, MOST_IN_AUDIT_BATCH), minItems: 1 },
});

const outbox = exactly<OutboxDocument>({
  _id: text(64),
  accountId,
  sequence: whole(1),
  service: text(64),
  subject: text(256),
  body: text(1_000_000),
  schedule: optional(exactly<NonNullable<OutboxDocument['schedule']>>({ at: time, target: text(256) })),
  createdAt: time,
});

const publishedEvent = exactly<PublishedEventDocument>({
  _id: text(200),
  eventId: text(64),
  accountId,
  erasable: truth,
  stream: text(64),
  streamSequence: whole(1),
  publishedAt: time,
});

const consent = exactly<ConsentDocument>({
  _id: text(64),
  accountId,
  userId,
  copyVersion: text(32),
  requestedScopes: scopes,
  grantedScopes: scopes,
  at: time,
});

const loginIntent = exactly<LoginIntentDocument>({
  _id: sha256,
  browser: sha256,
  userId,
  scopes,
  codeVerifier: optional(text(128)),
  consentCopyVersion: text(32),
  returnPath: optional(text(512)),
  expiresAt: time,
  takenAt: optional(time),
  accountId: optional(accountId),
  failure: optional(code),
});

const claim = exactly<ClaimDocument>({ _id: text(200), holder: text(128), expiresAt: time });

const pendingRevocation = exactly<PendingRevocationDocument>({
  _id: accountId,
  requestId: text(64),
  openIdDigest: sha256,
  credential,
  refreshIntent: optional(refreshIntent),
  attempts: whole(),
  dueAt: time,
  keepUntil: time,
  fence: whole(),
  claim: optional(exactly<NonNullable<PendingRevocationDocument['claim']>>({ holder: text(128), expiresAt: time })),
  createdAt: time,
});

const auditChain = exactly<AuditChainDocument>({
  _id: text(64),
  service: text(64),
  keyId: optional(text(512)),
  startedAt: time,
  seenAt: time,
  published: whole(),
  removed: optional(
    exactly<NonNullable<AuditChainDocument['removed']>>({ sequence: whole(1), hash: sha256, at: time }),
  ),
});

const dataKey = exactly<DataKeyDocument>({ _id: accountId, wrapped: sealed });

const session = exactly<SessionDocument>({ _id: sha256, userId, createdAt: time, expiresAt: time });

const webhook = exactly<WebhookDocument>({
  _id: sha256,
  event: text(128),
  accountId: optional(accountId),
  occurredAt: time,
  reason: optional(whole()),
  receivedAt: time,
  dueAt: optional(time),
  attempts: whole(),
});

/** What each collection accepts, by its key in `COLLECTION`. */
export const VALIDATORS = {
  accounts: account,
  users: user,
  videos: video,
  auditLogs: auditBatch,
  outbox,
  consents: consent,
  loginIntents: loginIntent,
  publishedEvents: publishedEvent,
  claims: claim,
  sessions: session,
  webhooks: webhook,
  pendingRevocations: pendingRevocation,
  auditChains: auditChain,
  dataKeys: dataKey,
} as const;
