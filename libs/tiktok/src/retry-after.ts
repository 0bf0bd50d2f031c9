const LONGEST_MS = 3_600_000;

/**
 * Milliseconds until TikTok wants to be asked again, from a `Retry-After` header in seconds or as a date; at most an
 * hour. `undefined` when the header is absent or senseless: TikTok documents none. Source: tiktok-api.md 4.
 */
export const retryAfterMs = (header: string | undefined, now: number): number | undefined => {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS);
};
