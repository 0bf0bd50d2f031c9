import type { Reason } from './reasons.ts';

const SITE = 'https://www.tiktok.com/';

/** White space and control characters vanish when a browser reads an address; a backslash becomes a slash. */
const TREACHEROUS = /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff\\]/;

/** What is wrong with an address found in an embed; every real one is on TikTok's site, spelt in lower case. */
export const addressFault = (address: string): Reason | undefined => {
  if (TREACHEROUS.test(address)) return 'url-spelling';
  if (address.startsWith(SITE)) return undefined;
  if (!URL.canParse(address)) return 'url-spelling';
  const url = new URL(address);
  if (url.protocol !== 'https:') return 'url-scheme';
  return url.hostname === 'www.tiktok.com' ? 'url-spelling' : 'url-host';
};

/** `/@name/video/123` and its photo twin; names are letters, digits, dots and underscores. Source: tiktok-api.md 5.1. */
const VIDEO_PAGE = /^\/@([\w.]{1,64})\/(?:video|photo)\/(\d{6,20})\/?$/;
/** `/player/v1/123`, and the older addresses of the same player. Source: tiktok-api.md 5.2. */
const PLAYER_PAGE = /^\/(?:player\/v1|embed\/v2|embed)\/(\d{6,20})\/?$/;
const PROFILE_PAGE = /^\/@[\w.]{1,64}\/?$/;

const pathOf = (address: string): string | undefined => {
  if (addressFault(address) !== undefined || !URL.canParse(address)) return undefined;
  return new URL(address).pathname;
};

export interface VideoPage {
  readonly videoId: string;
  /** Without its query, which carries our client key. Photo posts have the same form there. */
  readonly canonical: string;
}

/** The video that an address of TikTok's site shows, or `undefined` when it shows none. */
export const videoPage = (address: string): VideoPage | undefined => {
  const [, name, videoId] = VIDEO_PAGE.exec(pathOf(address) ?? '') ?? [];
  if (name === undefined || videoId === undefined) return undefined;
  return { videoId, canonical: `${SITE}@${name}/video/${videoId}` };
};

/** The video that an address of TikTok's player plays. */
export const playedVideo = (address: string): string | undefined => PLAYER_PAGE.exec(pathOf(address) ?? '')?.[1];

export const isProfilePage = (address: string): boolean => PROFILE_PAGE.test(pathOf(address) ?? '');
