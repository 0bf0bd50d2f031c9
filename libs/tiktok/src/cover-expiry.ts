/** What TikTok documents for a cover picture that does not say itself. Source: tiktok-api.md 3.3. */
const DOCUMENTED_LIFE_MS = 6 * 3_600_000;

/** When a signed picture address dies: its own `x-expires` in Unix seconds, else six hours from `now`. */
export const coverExpiry = (address: string, now: Date): Date => {
  const expires = URL.canParse(address) ? new URL(address).searchParams.get('x-expires') : null;
  if (expires !== null && /^\d{9,11}$/.test(expires)) return new Date(Number(expires) * 1000);
  return new Date(now.getTime() + DOCUMENTED_LIFE_MS);
};
