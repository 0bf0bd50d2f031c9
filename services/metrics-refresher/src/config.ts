import { ceilingRules, defineConfig, integer, type Environment } from '@trendpot/config';
import { CONSUMER } from '@trendpot/contracts';
import type { TopologySettings } from '@trendpot/messaging';
import { workerConfigOf, workerSettings, type WorkerConfig } from '@trendpot/worker';
import { z } from 'zod';

/** Each variable has a row in docs/configuration.md. */
export const readSettings = defineConfig(
  z.object({
    ...workerSettings,
    TIKTOK_INGESTION_METRICS_BATCH_SIZE: integer(1, 20).default(20),
    TIKTOK_REFRESH_CONCURRENCY: integer(1, 100).default(1),
  }),
  ceilingRules,
);

export interface Config extends WorkerConfig {
  readonly batchSize: number;
  /** Refresh jobs at once, over all replicas. */
  readonly concurrency: number;
  readonly intervalMs: number;
}

/** @throws ConfigurationFault */
export const loadConfig = (environment: Environment): Config => {
  const settings = readSettings(environment);
  return {
    ...workerConfigOf(settings),
    batchSize: settings.TIKTOK_INGESTION_METRICS_BATCH_SIZE,
    concurrency: settings.TIKTOK_REFRESH_CONCURRENCY,
    intervalMs: settings.TIKTOK_METRICS_REFRESH_INTERVAL_MS,
  };
};

export const topologyOf = ({ ceilings, concurrency }: Config): TopologySettings => ({
  ceilings,
  consumers: { [CONSUMER.refresh]: { maxAckPending: concurrency } },
});
