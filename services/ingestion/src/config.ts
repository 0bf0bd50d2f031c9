import {
  ceilingRules,
  ceilingSettings,
  ceilingsOf,
  defineConfig,
  displayBaseUrl,
  flag,
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
    TIKTOK_INGESTION_PAGE_SIZE: integer(1, 20).default(20),
    TIKTOK_INGESTION_CONCURRENCY: integer(1, 100).default(1),
    TIKTOK_INGESTION_SYNC_INTERVAL_MS: integer(1_000, 30 * DAY_MS).default(3_600_000),
    TIKTOK_INGESTION_PROFILE: flag.default(false),
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
  readonly pageSize: number;
  /** Page jobs at once, over all replicas; first pages have as many places of their own. */
  readonly concurrency: number;
  readonly syncMs: number;
  readonly refreshMs: number;
  /** Whether names and pictures of creators are wanted: one call more for each first walk. */
  readonly wantsProfiles: boolean;
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
    pageSize: settings.TIKTOK_INGESTION_PAGE_SIZE,
    concurrency: settings.TIKTOK_INGESTION_CONCURRENCY,
    syncMs: settings.TIKTOK_INGESTION_SYNC_INTERVAL_MS,
    refreshMs: settings.TIKTOK_METRICS_REFRESH_INTERVAL_MS,
    wantsProfiles: settings.TIKTOK_INGESTION_PROFILE,
    ...(operationsUrl === undefined ? {} : { operationsUrl }),
    outboxLimit: settings.TRENDPOT_OUTBOX_LIMIT,
  };
};

export const topologyOf = ({ ceilings, concurrency }: Config): TopologySettings => ({
  ceilings,
  consumers: {
    [CONSUMER.syncFirst]: { maxAckPending: concurrency },
    [CONSUMER.syncPage]: { maxAckPending: concurrency },
  },
});
