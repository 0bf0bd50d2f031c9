export interface Thumbnail {
  readonly url: string;
  readonly expiresAt: string;
}

/** TikTok's picture hosts, whatever the region in front. Source: tiktok-api.md 3.3. */
const PICTURE_HOST = /^(?:[a-z0-9-]{1,63}\.){1,4}(?:tiktokcdn|tiktokcdn-us|tiktokcdn-eu|muscdn)\.com$/;
const LONGEST = 2048;
/** What TikTok documents for an address that does not say itself. */
const DOCUMENTED_LIFE_MS = 6 * 3_600_000;
/** Longer than any life that was seen; a later date is not believed. */
const LONGEST_LIFE_MS = 30 * 86_400_000;

/** The time in `x-expires` (Unix seconds), else six hours from now; `undefined` when it is over. */
const expiry = (url: URL, now: Date): Date | undefined => {
  const said = url.searchParams.get('x-expires') ?? '';
  const at = /^\d{1,12}$/.test(said) ? Number(said) * 1000 : now.getTime() + DOCUMENTED_LIFE_MS;
  return at <= now.getTime() ? undefined : new Date(Math.min(at, now.getTime() + LONGEST_LIFE_MS));
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
