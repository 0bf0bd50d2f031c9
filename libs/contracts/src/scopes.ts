import { z } from 'zod';

/** The two vocabularies of TikTok's API this platform speaks (ADR 0007). */
export const Dialect = z.enum(['alignment', 'published']);
export type Dialect = z.infer<typeof Dialect>;

/** The bundle the alignment notes document; used when `TIKTOK_DISPLAY_SCOPES` is unset. */
export const DEFAULT_SCOPES: Readonly<Record<Dialect, readonly string[]>> = {
  alignment: ['user.info.basic', 'video.list', 'video.data', 'webhook.subscription'],
  published: ['user.info.basic', 'video.list'],
};

/** Without these scopes nothing of a creator can be shown or kept fresh: the account asks to be reconnected. */
export const REQUIRED_SCOPES: Readonly<Record<Dialect, readonly string[]>> = {
  alignment: ['video.list', 'video.data'],
  published: ['video.list'],
};

const SCOPES_OF_BOTH = ['user.info.profile', 'user.info.stats', 'video.publish', 'video.upload'];

/** Names that the dialect does not know: found when the service starts, not when TikTok refuses a creator. */
export const unknownScopes = (dialect: Dialect, scopes: readonly string[]): string[] =>
  scopes.filter((scope) => !DEFAULT_SCOPES[dialect].includes(scope) && !SCOPES_OF_BOTH.includes(scope));

/** Scopes that are needed but were unticked. */
export const missingScopes = (dialect: Dialect, granted: readonly string[]): string[] =>
  REQUIRED_SCOPES[dialect].filter((scope) => !granted.includes(scope));
