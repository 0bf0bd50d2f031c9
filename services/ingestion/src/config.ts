import { ceilingRules, defineConfig, flag, integer, type Environment } from '@trendpot/config';
import { CONSUMER } from '@trendpot/contracts';
import type { TopologySettings } from '@trendpot/messaging';
import { workerConfigOf, workerSettings, type WorkerConfig } from '@trendpot/worker';
import { z } from 'zod';

const DAY_MS = 86_400_000;

/** Each variable has a row in docs/configuration.md. */
export const readSettings = defineConfig(
  z.object({
    ...workerSettings,
    TIKTOK_INGESTION_PAGE_SIZE: integer(2, 20).default(20),
    TIKTOK_INGESTION_CONCURRENCY: integer(1, 100).default(1),
    TIKTOK_INGESTION_SYNC_INTERVAL_MS: integer(1_000, 30 * DAY_MS).default(3_600_000),
    TIKTOK_INGESTION_PROFILE: flag.default(false),
  }),
  ceilingRules,
);

export interface Config extends WorkerConfig {
  readonly pageSize: number;
  /** Page jobs at once, over all replicas; first pages have as many places of their own. */
  readonly concurrency: number;
  readonly syncMs: number;
  readonly refreshMs: number;
  /** Whether names and pictures of creators are wanted: one call more for each full walk. */
  readonly wantsProfiles: boolean;
}

/** @throws ConfigurationFault */
export const loadConfig = (environment: Environment): Config => {
  const settings = readSettings(environment);
  return {
    ...workerConfigOf(settings),
    pageSize: settings.TIKTOK_INGESTION_PAGE_SIZE,
    concurrency: settings.TIKTOK_INGESTION_CONCURRENCY,
    syncMs: settings.TIKTOK_INGESTION_SYNC_INTERVAL_MS,
    refreshMs: settings.TIKTOK_METRICS_REFRESH_INTERVAL_MS,
    wantsProfiles: settings.TIKTOK_INGESTION_PROFILE,
  };
};

export const topologyOf = ({ ceilings, concurrency }: Config): TopologySettings => ({
  ceilings,
  consumers: {
    [CONSUMER.syncFirst]: { maxAckPending: concurrency },
    [CONSUMER.syncPage]: { maxAckPending: concurrency },
  },
});
