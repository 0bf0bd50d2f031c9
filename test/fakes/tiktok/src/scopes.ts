import type { Knobs } from './knobs.ts';

/** TikTok adds it to every app; no creator can untick it. */
export const BASIC_SCOPE = 'user.info.basic';

const PUBLISHED = [BASIC_SCOPE, 'user.info.profile', 'user.info.stats', 'video.list', 'video.publish', 'video.upload'];
const INVENTED = ['video.data', 'webhook.subscription'];

/** The scopes that exist. The alignment dialect has two that no page of TikTok knows. */
export const knownScopes = (dialect: Knobs['dialect']): readonly string[] =>
  dialect === 'alignment' ? [...PUBLISHED, ...INVENTED] : PUBLISHED;

/** Scope that asking for single videos needs. */
export const singleVideoScope = (dialect: Knobs['dialect']): string =>
  dialect === 'alignment' ? 'video.data' : 'video.list';
