import { createHash, createHmac } from 'node:crypto';
import { PlatformError } from '@trendpot/contracts';
import { equalInConstantTime, type Secret } from '@trendpot/secrets';
import { z } from 'zod';
import { readJsonObject } from './json-body.ts';

/** What TikTok tells on its own account. Source: tiktok-api.md 6. */
export interface TikTokWebhook {
  readonly event: string;
  readonly clientKey: string;
  readonly openId?: string;
  readonly createdAt: Date;
  /** The JSON inside the `content` string; empty when there is none. */
  readonly content: Readonly<Record<string, unknown>>;
  /** The same for every delivery of the same event, which carries no id: SHA-256 of its body. */
  readonly deliveryId: string;
}

const Wire = z.object({
  client_key: z.string().min(1).max(128),
  event: z.string().min(1).max(128),
  create_time: z.number().int().min(0).max(8_640_000_000_000),
  user_openid: z.string().min(1).max(128).optional(),
  content: z.string().max(65_536).optional(),
});

const refuse = (message: string): PlatformError => new PlatformError('E_WEBHOOK_SIGNATURE', message);

const sign = (clientSecret: Secret, timestamp: string, rawBody: Uint8Array): string =>
  createHmac('sha256', clientSecret.reveal()).update(`${timestamp}.`).update(rawBody).digest('hex');

const checkSignature = (options: WebhookDelivery): void => {
  const match = /^t=(\d{1,12}),\s*s=([0-9a-f]{64})$/.exec(options.header?.trim() ?? '');
  const [, timestamp, signature] = match ?? [];
  if (timestamp === undefined || signature === undefined) throw refuse('the signature header is missing or malformed');
  // Every secret is tried, so that the time does not tell which one fits.
  const fits = options.secrets.map((one) => equalInConstantTime(sign(one, timestamp, options.rawBody), signature));
  if (!fits.includes(true)) throw refuse('the signature fits no secret');
  const ageSeconds = Math.abs(options.now.getTime() / 1000 - Number(timestamp));
  if (ageSeconds > options.toleranceSeconds) throw refuse(`the signature is ${Math.round(ageSeconds)} s away from now`);
};

export interface WebhookDelivery {
  /** The `TikTok-Signature` header: `t=<Unix seconds>,s=<hex>`. */
  readonly header: string | undefined;
  /** The body as its bytes came: the signature is over them. */
  readonly rawBody: Uint8Array;
  /** The client secrets that are alive; TikTok signs with the client secret. */
  readonly secrets: readonly Secret[];
  readonly now: Date;
  readonly toleranceSeconds: number;
}

/**
 * The webhook, if TikTok signed it within the tolerance.
 *
 * @throws PlatformError E_WEBHOOK_SIGNATURE, or E_MALFORMED_MESSAGE for a signed body that is not a webhook
 */
export const verifyWebhook = (delivery: WebhookDelivery): TikTokWebhook => {
  checkSignature(delivery);
  const parsed = Wire.safeParse(readJsonObject(Buffer.from(delivery.rawBody)));
  if (!parsed.success) throw new PlatformError('E_MALFORMED_MESSAGE', 'the webhook is signed but not understood');
  const { client_key, event, create_time, user_openid, content } = parsed.data;
  return {
    event,
    clientKey: client_key,
    createdAt: new Date(create_time * 1000),
    content: readJsonObject(Buffer.from(content ?? '')) ?? {},
    deliveryId: createHash('sha256').update(delivery.rawBody).digest('hex'),
    ...(user_openid === undefined ? {} : { openId: user_openid }),
  };
};
