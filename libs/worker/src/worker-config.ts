import { ceilingSettings, ceilingsOf, displayBaseUrl, httpAddress, integer, tiktokSettings } from '@trendpot/config';
import type { Dialect } from '@trendpot/contracts';
import type { CeilingSettings } from '@trendpot/messaging';
import type { z } from 'zod';

const LONGEST_INTERVAL_MS = 30 * 86_400_000;

/** Settings that every worker reads. Each variable has a row in docs/configuration.md. */
export const workerSettings = {
  ...tiktokSettings,
  ...ceilingSettings,
  TIKTOK_METRICS_REFRESH_INTERVAL_MS: integer(1_000, LONGEST_INTERVAL_MS).default(900_000),
  TRENDPOT_OPERATIONS_WEBHOOK_URL: httpAddress.optional(),
  TRENDPOT_OUTBOX_LIMIT: integer(1, 99_999).default(10_000),
};

export interface WorkerConfig {
  readonly dialect: Dialect;
  readonly displayBaseUrl: string;
  readonly ceilings: CeilingSettings;
  readonly backoffMs: number;
  readonly operationsUrl?: string;
  /** Entries that may wait in the outbox before no further job is begun. */
  readonly outboxLimit: number;
}

export const workerConfigOf = (settings: z.infer<z.ZodObject<typeof workerSettings>>): WorkerConfig => {
  const operationsUrl = settings.TRENDPOT_OPERATIONS_WEBHOOK_URL;
  return {
    dialect: settings.TIKTOK_API_DIALECT,
    displayBaseUrl: displayBaseUrl(settings),
    ceilings: ceilingsOf(settings),
    backoffMs: settings.TIKTOK_INGESTION_RETRY_BACKOFF_MS,
    ...(operationsUrl === undefined ? {} : { operationsUrl }),
    outboxLimit: settings.TRENDPOT_OUTBOX_LIMIT,
  };
};
