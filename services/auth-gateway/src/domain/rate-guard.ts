/**
 * A token bucket per key. In memory, so each replica counts for itself: a caller may get up to replicas x limit. That is
 * enough for what it is here for, keeping one caller from starving the others; TikTok's ceilings are kept elsewhere, exactly.
 */
export interface RateGuard {
  /** Milliseconds to wait, or 0 when the request may go on. */
  admit(key: string): number;
}

export interface RateLimit {
  readonly perMinute: number;
  /** How many at once after a rest; a minute's worth unless said. */
  readonly burst?: number;
  /** Keys remembered at once; the one that has been quiet longest is forgotten, which can only be generous. */
  readonly maximumKeys?: number;
}

const MINUTE_MS = 60_000;

export const makeRateGuard = (
  { perMinute, burst = perMinute, maximumKeys = 10_000 }: RateLimit,
  nowMs: () => number,
): RateGuard => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const perMs = perMinute / MINUTE_MS;

  return {
    admit: (key) => {
      const now = nowMs();
      const before = buckets.get(key) ?? { tokens: burst, at: now };
      const tokens = Math.min(burst, before.tokens + Math.max(0, now - before.at) * perMs);
      const admitted = tokens >= 1;
      // Deleted first, so that the order of the map is the order of last use.
      buckets.delete(key);
      buckets.set(key, { tokens: admitted ? tokens - 1 : tokens, at: now });
      if (buckets.size > maximumKeys) buckets.delete(buckets.keys().next().value as string);
      return admitted ? 0 : Math.ceil((1 - tokens) / perMs);
    },
  };
};
