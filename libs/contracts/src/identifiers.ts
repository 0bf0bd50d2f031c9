import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const ALPHABET = '0123456789abcdefghijklmnopqrstuv';

const random = (length: number): string =>
  Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');

/**
 * Our own name of a connected creator. Opaque, safe as one token of a NATS subject (no dot, wildcard or space) and as
 * a KMS encryption context value, which CloudTrail shows in the clear.
 */
export const AccountId = z.string().regex(/^acc_[0-9a-v]{20}$/);
export type AccountId = z.infer<typeof AccountId>;
export const newAccountId = (): AccountId => `acc_${random(20)}`;

/** A person of TrendPot: whoever connected the account, known by a session cookie. */
export const UserId = z.string().regex(/^usr_[0-9a-v]{20}$/);
export type UserId = z.infer<typeof UserId>;
export const newUserId = (): UserId => `usr_${random(20)}`;

/** Follows one piece of work through every service and log line. */
export const RequestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
export type RequestId = z.infer<typeof RequestId>;
export const newRequestId = (): RequestId => `req_${random(20)}`;

/** The key that makes a retried job or event recognisable as the same one. */
export const newMessageId = (): string => `msg_${random(24)}`;

/** TikTok's number of a video. A string, because it exceeds 2^53. Source: tiktok-api.md 3.3. */
export const VideoId = z.string().regex(/^\d{6,20}$/);
export type VideoId = z.infer<typeof VideoId>;

/** TikTok's name of a creator for one app; any printable shape has been seen. Source: tiktok-api.md 1.4. */
export const OpenId = z.string().regex(/^[\x21-\x7e]{1,128}$/);
export type OpenId = z.infer<typeof OpenId>;
