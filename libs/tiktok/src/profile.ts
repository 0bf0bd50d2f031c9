import { isObject, type JsonObject } from './json-body.ts';

/** What is kept of a creator's profile: optional, plain text. */
export interface TikTokProfile {
  readonly openId?: string;
  readonly displayName?: string;
  readonly avatarUrl?: string;
}

const LONGEST_NAME = 100;
const TIKTOK_PICTURE_HOST = /^([a-z0-9-]+\.)+(tiktokcdn|tiktokcdn-us|tiktokcdn-eu|muscdn)\.com$/;

/** Tags, then stray angle brackets, then control and direction-changing characters. */
const plainName = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const name = value
    .slice(0, 4096)
    .replace(/<[^<>]*>/g, '')
    .replace(/[<>\p{Cc}\p{Cs}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]/gu, '')
    .trim();
  return name === '' ? undefined : [...name].slice(0, LONGEST_NAME).join('');
};

const pictureAddress = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || value.length > 2048 || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const trusted = url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
  return trusted && TIKTOK_PICTURE_HOST.test(url.hostname) ? url.href : undefined;
};

/** The profile in the `data` of a user info answer. */
export const readProfile = (data: JsonObject): TikTokProfile => {
  const user = isObject(data['user']) ? data['user'] : {};
  const openId = user['open_id'];
  const displayName = plainName(user['display_name']);
  const avatarUrl = pictureAddress(user['avatar_url']);
  return {
    ...(typeof openId === 'string' && openId !== '' ? { openId } : {}),
    ...(displayName === undefined ? {} : { displayName }),
    ...(avatarUrl === undefined ? {} : { avatarUrl }),
  };
};
