import type { AccountId } from '@trendpot/contracts';

/** The one event that is acted upon; all others are recorded and left alone. */
export const AUTHORIZATION_REMOVED = 'authorization.removed';

/** What TikTok sent, once its signature was checked. */
export interface VerifiedWebhook {
  /** SHA-256 of the raw body: TikTok gives no event id. */
  readonly deliveryId: string;
  readonly event: string;
  readonly openId?: string | undefined;
  readonly occurredAt: Date;
  readonly reason?: number | undefined;
}

export interface WebhookRecord {
  readonly id: string;
  readonly event: string;
  readonly accountId?: AccountId | undefined;
  readonly occurredAt: Date;
  readonly reason?: number | undefined;
  readonly attempts: number;
}

export interface WebhookInbox {
  /** Stores it for good, due at once. False when this very body was stored before. */
  accept(webhook: Omit<WebhookRecord, 'attempts'>, at: Date): Promise<boolean>;
  /** One that is due, held until `until`: no other caller gets it before. */
  claim(at: Date, until: Date): Promise<WebhookRecord | undefined>;
  done(id: string): Promise<void>;
  postpone(id: string, until: Date): Promise<void>;
}

const REASONS = [
  'unknown reason',
  'the creator disconnected in the app',
  'the TikTok account was deleted',
  'the age of the creator changed',
  'the TikTok account was banned',
  'revoked by the developer',
] as const;

/** TikTok's number in words. Source: tiktok-api.md 6. */
export const removalReason = (reason: number | undefined): string =>
  `authorization removed at TikTok: ${REASONS[reason ?? 0] ?? REASONS[0]}`;

/** Reads a webhook off its bytes. @throws PlatformError E_WEBHOOK_SIGNATURE, E_MALFORMED_MESSAGE */
export type VerifyWebhook = (header: string | undefined, rawBody: Uint8Array) => VerifiedWebhook;
