import {
  ceilingRules,
  ceilingSettings,
  ceilingsOf,
  defineConfig,
  displayBaseUrl,
  httpAddress,
  integer,
  tiktokSettings,
  type Environment,
} from '@trendpot/config';
import { CONSUMER, type Dialect } from '@trendpot/contracts';
import type { CeilingSettings, TopologySettings } from '@trendpot/messaging';
import { z } from 'zod';

const DAY_MS = 86_400_000;

/** Each variable has a row in docs/configuration.md. */
export const readSettings = defineConfig(
  z.object({
    ...tiktokSettings,
    ...ceilingSettings,
    TIKTOK_INGESTION_METRICS_BATCH_SIZE: integer(1, 20).default(20),
    TIKTOK_REFRESH_CONCURRENCY: integer(1, 100).default(1),
    TIKTOK_METRICS_REFRESH_INTERVAL_MS: integer(1_000, 30 * DAY_MS).default(900_000),
    TRENDPOT_OPERATIONS_WEBHOOK_URL: httpAddress.optional(),
    TRENDPOT_OUTBOX_LIMIT: integer(1, 99_999).default(10_000),
  }),
  ceilingRules,
);

export interface Config {
  readonly dialect: Dialect;
  readonly displayBaseUrl: string;
  readonly ceilings: CeilingSettings;
  readonly backoffMs: number;
  readonly batchSize: number;
  /** Refresh jobs at once, over all replicas. */
  readonly concurrency: number;
  readonly intervalMs: number;
  readonly operationsUrl?: string;
  /** Entries that may wait in the outbox before no further job is begun. */
  readonly outboxLimit: number;
}

/** @throws ConfigurationFault */
export const loadConfig = (environment: Environment): Config => {
  const settings = readSettings(environment);
  const operationsUrl = settings.TRENDPOT_OPERATIONS_WEBHOOK_URL;
  return {
    dialect: settings.TIKTOK_API_DIALECT,
    displayBaseUrl: displayBaseUrl(settings),
    ceilings: ceilingsOf(settings),
    backoffMs: settings.TIKTOK_INGESTION_RETRY_BACKOFF_MS,
    batchSize: settings.TIKTOK_INGESTION_METRICS_BATCH_SIZE,
    concurrency: settings.TIKTOK_REFRESH_CONCURRENCY,
    intervalMs: settings.TIKTOK_METRICS_REFRESH_INTERVAL_MS,
    ...(operationsUrl === undefined ? {} : { operationsUrl }),
    outboxLimit: settings.TRENDPOT_OUTBOX_LIMIT,
  };
};

export const topologyOf = ({ ceilings, concurrency }: Config): TopologySettings => ({
  ceilings,
  consumers: { [CONSUMER.refresh]: { maxAckPending: concurrency } },
});
