import { ceilingRules, ceilingSettings, defineConfig, integer, type Environment } from '@trendpot/config';
import { z } from 'zod';

/** What the services are told of calls, read here as well to say how many were used and how few would do. */
const readSettings = defineConfig(
  z.object({
    ...ceilingSettings,
    TIKTOK_INGESTION_PAGE_SIZE: integer(1, 20).default(20),
    TIKTOK_INGESTION_METRICS_BATCH_SIZE: integer(1, 20).default(20),
  }),
  ceilingRules,
);

export interface CallSettings {
  readonly perMinute: number;
  readonly backgroundPerMinute: number;
  readonly perDay: number;
  readonly atOnce: number;
  readonly pageSize: number;
  readonly batchSize: number;
}

/** @throws ConfigurationFault */
export const readCallSettings = (environment: Environment): CallSettings => {
  const settings = readSettings(environment);
  return {
    perMinute: settings.TIKTOK_RATE_LIMIT_PER_MIN,
    backgroundPerMinute: settings.TIKTOK_INGESTION_RATE_LIMIT_PER_MIN,
    perDay: settings.TIKTOK_RATE_LIMIT_PER_DAY,
    atOnce: settings.TIKTOK_MAX_CONCURRENT_CALLS,
    pageSize: settings.TIKTOK_INGESTION_PAGE_SIZE,
    batchSize: settings.TIKTOK_INGESTION_METRICS_BATCH_SIZE,
  };
};
