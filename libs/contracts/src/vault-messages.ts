import { z } from 'zod';
import { AccountId, RequestId, UserId } from './identifiers.ts';
import { replySchema } from './reply.ts';

/** gateway -> vault: redeem an authorization code. The gateway never sees what it is redeemed for. */
export const ExchangeRequest = z.strictObject({
  version: z.literal(1),
  requestId: RequestId,
  userId: UserId,
  /** URL-decoded, as TikTok demands it in the form. */
  code: z.string().min(1).max(2048),
  redirectUri: z.url().max(512),
  codeVerifier: z.string().min(43).max(128).optional(),
  requestedScopes: z.array(z.string().max(64)).max(16),
  consentCopyVersion: z.string().max(32),
});
export type ExchangeRequest = z.infer<typeof ExchangeRequest>;

export const ExchangeResult = z.object({
  accountId: AccountId,
  state: z.enum(['connected', 'needs_consent']),
  grantedScopes: z.array(z.string()),
  missingScopes: z.array(z.string()),
});
export type ExchangeResult = z.infer<typeof ExchangeResult>;
export const ExchangeReply = replySchema(ExchangeResult);

/** What a leased token may be used for; part of every audit entry. */
export const LeaseOperation = z.enum(['video.list', 'video.data', 'video.lookup', 'user.info']);
export type LeaseOperation = z.infer<typeof LeaseOperation>;

/** ingestion, metrics-refresher -> vault: an access token, sealed to the requester's ephemeral key. */
export const LeaseRequest = z.strictObject({
  version: z.literal(1),
  requestId: RequestId,
  accountId: AccountId,
  operation: LeaseOperation,
  /** The token shall live at least this long. */
  minimumSeconds: z.number().int().min(0).max(3600),
  /** Public x25519 key of the requester (an nkey that starts with X). */
  recipient: z.string().regex(/^X[A-Z2-7]{55}$/),
  /** The token generation TikTok refused: the vault refreshes if this is still the current one. */
  rejectedGeneration: z.number().int().min(0).optional(),
});
export type LeaseRequest = z.infer<typeof LeaseRequest>;

export const LeaseResult = z.object({
  /** Access token, sealed by `sender` to `recipient` (xkey box), base64. */
  sealedToken: z.base64(),
  sender: z.string(),
  expiresAt: z.iso.datetime(),
  generation: z.number().int().min(0),
});
export type LeaseResult = z.infer<typeof LeaseResult>;
export const LeaseReply = replySchema(LeaseResult);

/** Who ended an account's access, and why. Kept in the audit for good. */
export const Actor = z.strictObject({
  kind: z.enum(['creator', 'operator', 'tiktok']),
  /** Opaque id: a user id, an operator's name, or the webhook's event. */
  id: z.string().min(1).max(128),
});
export type Actor = z.infer<typeof Actor>;

export const RevokeRequest = z.strictObject({
  version: z.literal(1),
  requestId: RequestId,
  accountId: AccountId,
  actor: Actor,
  reason: z.string().min(1).max(500),
  /** Ends what was consented to up to this moment, for what is heard of late: a newer consent stays. */
  consentsUntil: z.iso.datetime().optional(),
});
export type RevokeRequest = z.infer<typeof RevokeRequest>;

export const RevokeResult = z.object({
  accountId: AccountId,
  state: z.literal('revoked'),
  revokedAt: z.iso.datetime(),
  /**
   * `pending` while TikTok could not be told yet, `given-up` when it was never told (out of reach for 72 hours, the one
   * pair to tell it with lost, or the creator connected again); access here has ended either way.
   */
  atTikTok: z.enum(['revoked', 'already-void', 'pending', 'given-up']),
  /** Proof for the creator: hash of the audit entry that records the erasure. */
  receipt: z.string(),
});
export type RevokeResult = z.infer<typeof RevokeResult>;
export const RevokeReply = replySchema(RevokeResult);

export const StatusRequest = z.strictObject({
  version: z.literal(1),
  requestId: RequestId,
  accountId: AccountId.optional(),
});
export type StatusRequest = z.infer<typeof StatusRequest>;

export const StatusResult = z.object({
  kms: z.enum(['available', 'degraded', 'unavailable']),
  keyId: z.string(),
  account: z
    .object({
      accountId: AccountId,
      state: z.string(),
      hasCredential: z.boolean(),
      accessTokenExpiresAt: z.iso.datetime().optional(),
      refreshTokenExpiresAt: z.iso.datetime().optional(),
    })
    .optional(),
});
export type StatusResult = z.infer<typeof StatusResult>;
export const StatusReply = replySchema(StatusResult);
