import {
  ceilingRules,
  ceilingSettings,
  defineConfig,
  httpAddress,
  integer,
  mongoSettings,
  serviceSettings,
  tiktokSettings,
  type Environment,
} from '@trendpot/config';
import { z } from 'zod';

/**
 * What the services are told of calls, read here as well to say how many were used and how few would do; and addresses
 * that they would refuse, but only after all else was started.
 */
const readSettings = defineConfig(
  z.object({
    ...ceilingSettings,
    ...tiktokSettings,
    NATS_URL: serviceSettings.NATS_URL.optional(),
    MONGODB_URI: mongoSettings.MONGODB_URI.optional(),
    AWS_ENDPOINT_URL_KMS: httpAddress.optional(),
    TIKTOK_INGESTION_PAGE_SIZE: integer(2, 20).default(20),
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
