import type { CeilingSettings } from '@trendpot/messaging';

/** TikTok's own, which the services keep to when nobody sets others. */
export const CEILINGS: CeilingSettings = { perMinute: 100, backgroundPerMinute: 90, perDay: 5_000, concurrent: 5 };

/** Settings far above what a test needs; tests of the ceilings set their own. */
export const WIDE_OPEN = {
  TIKTOK_RATE_LIMIT_PER_MIN: '100000',
  TIKTOK_INGESTION_RATE_LIMIT_PER_MIN: '90000',
  TIKTOK_RATE_LIMIT_PER_DAY: '1000000',
} as const;
