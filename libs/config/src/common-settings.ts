import { z } from 'zod';
import type { SettingsRule } from './define-config.ts';
import { httpAddress, integer, secretFile } from './settings.ts';

/** Settings that every service reads. */
export const serviceSettings = {
  PORT: integer(0, 65_535).default(8080),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NATS_URL: z.string().regex(/^(nats|tls):\/\//, 'must begin with nats:// or tls://'),
  NATS_CREDENTIALS_FILE: secretFile.optional(),
  NATS_STREAM_REPLICAS: z.enum(['1', '3', '5']).transform(Number).optional(),
};

export const mongoSettings = {
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://'),
};

const BASE_URL = { alignment: 'https://open-api.tiktok.com', published: 'https://open.tiktokapis.com' } as const;

export const tiktokSettings = {
  TIKTOK_API_DIALECT: z.enum(['alignment', 'published']).default('alignment'),
  TIKTOK_DISPLAY_API_BASE_URL: httpAddress.optional(),
};

/** The base address of the Display API: the setting, else the dialect's own (ADR 0007). */
export const displayBaseUrl = (settings: {
  TIKTOK_API_DIALECT: 'alignment' | 'published';
  TIKTOK_DISPLAY_API_BASE_URL?: string | undefined;
}): string => settings.TIKTOK_DISPLAY_API_BASE_URL ?? BASE_URL[settings.TIKTOK_API_DIALECT];

/** The call ceilings, read by every service that calls TikTok (ADR 0001). */
export const ceilingSettings = {
  TIKTOK_RATE_LIMIT_PER_MIN: integer(1, 100_000).default(100),
  TIKTOK_INGESTION_RATE_LIMIT_PER_MIN: integer(1, 100_000).default(90),
  TIKTOK_RATE_LIMIT_PER_DAY: integer(1, 100_000_000).default(5000),
  TIKTOK_MAX_CONCURRENT_CALLS: integer(1, 1000).default(5),
  TIKTOK_INGESTION_RETRY_BACKOFF_MS: integer(1, 3_600_000).default(5000),
};

/** The ceilings as call permits take them. */
export const ceilingsOf = (settings: z.infer<z.ZodObject<typeof ceilingSettings>>) => ({
  perMinute: settings.TIKTOK_RATE_LIMIT_PER_MIN,
  backgroundPerMinute: settings.TIKTOK_INGESTION_RATE_LIMIT_PER_MIN,
  perDay: settings.TIKTOK_RATE_LIMIT_PER_DAY,
  concurrent: settings.TIKTOK_MAX_CONCURRENT_CALLS,
});

/** The ceilings of background work and of everything belong together. */
export const ceilingRules: readonly SettingsRule<{
  TIKTOK_RATE_LIMIT_PER_MIN: number;
  TIKTOK_INGESTION_RATE_LIMIT_PER_MIN: number;
}>[] = [
  {
    about: ['TIKTOK_RATE_LIMIT_PER_MIN', 'TIKTOK_INGESTION_RATE_LIMIT_PER_MIN'],
    fault: ({ TIKTOK_RATE_LIMIT_PER_MIN: all, TIKTOK_INGESTION_RATE_LIMIT_PER_MIN: background }) =>
      background > all ? 'TIKTOK_INGESTION_RATE_LIMIT_PER_MIN exceeds TIKTOK_RATE_LIMIT_PER_MIN' : undefined,
  },
];
