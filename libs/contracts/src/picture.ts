/** Domains of TikTok's picture servers; a picture from anywhere else is not shown. Source: tiktok-api.md 3.3. */
export const PICTURE_DOMAINS = ['tiktokcdn.com', 'tiktokcdn-us.com', 'tiktokcdn-eu.com', 'muscdn.com'] as const;

const LONGEST_ADDRESS = 2048;
/** How long a picture address lives when it does not say so. Source: tiktok-api.md 3.3. */
export const PICTURE_LIFE_MS = 6 * 3_600_000;
/** Longer than any life that was seen; a later end is not believed. */
export const LONGEST_PICTURE_LIFE_MS = 30 * 86_400_000;

/** When the signature of a picture's address ends, if it says so: Unix milliseconds. */
export const statedExpiry = (url: URL): number | undefined => {
  const stated = url.searchParams.get('x-expires');
  return stated !== null && /^\d{1,12}$/.test(stated) ? Number(stated) * 1000 : undefined;
};

/**
 * A picture address as this platform keeps it: https, on one of TikTok's picture servers, without user, password or
 * port, with the time at which its signature ends. Undefined for anything else.
 */
export const pictureOf = (address: string | undefined, now: Date): { url: string; expiresAt: string } | undefined => {
  if (address === undefined || address.length > LONGEST_ADDRESS || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return undefined;
  if (!PICTURE_DOMAINS.some((domain) => url.hostname.endsWith(`.${domain}`))) return undefined;
  if (url.href.length > LONGEST_ADDRESS) return undefined;
  const stated = statedExpiry(url);
  const end = stated === undefined || stated === 0 ? now.getTime() + PICTURE_LIFE_MS : stated;
  const expiresAt = new Date(Math.min(end, now.getTime() + LONGEST_PICTURE_LIFE_MS));
  return { url: url.href, expiresAt: expiresAt.toISOString() };
};
