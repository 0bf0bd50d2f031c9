import {
  LONGEST_PICTURE_LIFE_MS,
  PICTURE_DOMAINS,
  PICTURE_LIFE_MS,
  statedExpiry,
  type Thumbnail,
} from '@trendpot/contracts';

/** TikTok's picture hosts, whatever the region in front. */
const PICTURE_HOST = new RegExp(`^(?:[a-z0-9-]{1,63}\\.){1,4}(?:${PICTURE_DOMAINS.join('|').replaceAll('.', '\\.')})$`);
const LONGEST = 2048;

/** The time the address says, else six hours from now; `undefined` when it is over. */
const expiry = (url: URL, now: Date): Date | undefined => {
  const at = statedExpiry(url) ?? now.getTime() + PICTURE_LIFE_MS;
  return at <= now.getTime() ? undefined : new Date(Math.min(at, now.getTime() + LONGEST_PICTURE_LIFE_MS));
};

/** @param extraHosts loopback `host:port` pairs that count as TikTok's, for a demonstration on one machine */
const isTrusted = (url: URL, extraHosts: ReadonlySet<string>): boolean => {
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:' && url.port === '' && PICTURE_HOST.test(url.hostname)) return true;
  return /^https?:$/.test(url.protocol) && extraHosts.has(url.host);
};

/** The picture's address and its end, or `undefined` when it is not one of TikTok's or dead: a video does without. */
export const trustedThumbnail = (
  address: string | undefined,
  now: Date,
  extraHosts: ReadonlySet<string>,
): Thumbnail | undefined => {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  url.hash = '';
  const expiresAt = expiry(url, now);
  if (expiresAt === undefined || url.href.length > LONGEST || !isTrusted(url, extraHosts)) return undefined;
  return { url: url.href, expiresAt: expiresAt.toISOString() };
};
