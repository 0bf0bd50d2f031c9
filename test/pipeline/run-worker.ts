import { readFileSync } from 'node:fs';
import { CONSUMER, STREAM, SyncJob } from '@trendpot/contracts';
import {
  connectMessaging,
  consumeJobs,
  createPermits,
  publish,
  type JobFailurePolicy,
  type JobMeta,
  type Permits,
  type Running,
} from '@trendpot/messaging';
import { createLogger, createMeters } from '@trendpot/observability';
import { connectMongo, startOutboxRelay, type Database } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';
import { createDisplayClient, type DisplayClient } from '@trendpot/tiktok';
import { loadConfig } from '../../services/ingestion/src/config.ts';
import { failedSyncJob } from '../../services/ingestion/src/inbound/failed-sync-job.ts';
import { makeIngestion } from '../../services/ingestion/src/ingestion.ts';

type SyncPage = (job: SyncJob, meta: JobMeta) => Promise<void>;

/** How a test looks into a worker, or gets in its way. */
export interface WorkerHooks {
  readonly instrument?: <T extends object>(port: string, implementation: T) => T;
  database?(database: Database): Database;
  permits?(permits: Permits): Permits;
  client?(client: DisplayClient): DisplayClient;
  handler?(syncPage: SyncPage): SyncPage;
  onRetry?(job: SyncJob, code: string): void;
}

/** Ingestion's page jobs and outbox as the service runs them, without Nest, from the environment of the service. */
export const runWorker = async (environment: NodeJS.ProcessEnv, hooks: WorkerHooks = {}): Promise<Running> => {
  const { database: around = (same) => same, permits: limit = (same) => same, client: ask = (same) => same } = hooks;
  const config = loadConfig(environment);
  const log = createLogger({ service: 'ingestion', level: environment['LOG_LEVEL'] ?? 'silent' });
  const meters = createMeters({ service: 'ingestion' });
  const messaging = await connectMessaging({
    url: environment['NATS_URL'] ?? '',
    user: 'ingestion',
    seed: secret(readFileSync(environment['NATS_CREDENTIALS_FILE'] ?? '', 'utf8').trim()),
    logger: log,
  });
  const database = await connectMongo({ uri: environment['MONGODB_URI'] ?? '', applicationName: 'worker' });
  const relay = startOutboxRelay({
    database,
    service: 'ingestion',
    logger: log,
    publish: ({ _id: messageId, subject, body, schedule }) =>
      publish(messaging, { subject, body, messageId, ...(schedule === undefined ? {} : { schedule }) }),
  });
  const client = createDisplayClient({ baseUrl: config.displayBaseUrl, dialect: config.dialect });
  const ingestion = makeIngestion({
    database: around(database),
    messaging,
    permits: limit(await createPermits(messaging, config.ceilings, { logger: log })),
    client: ask(client),
    meters,
    log,
    config,
    onStored: () => relay.notify(),
    ...(hooks.instrument === undefined ? {} : { instrument: hooks.instrument }),
  });
  const policy = failedSyncJob({ backoffMs: config.backoffMs, ...ingestion, meters });
  const onFailure: JobFailurePolicy<SyncJob> = {
    ...policy,
    onRetry(job, error, at) {
      hooks.onRetry?.(job, error.code);
      policy.onRetry?.(job, error, at);
    },
  };
  const syncPage: SyncPage = (job, { signal }) => ingestion.syncPage(job, signal);
  const handler = hooks.handler?.(syncPage) ?? syncPage;
  const consumers = [CONSUMER.syncFirst, CONSUMER.syncPage].map((consumer) =>
    consumeJobs(messaging, { stream: STREAM.sync, consumer, schema: SyncJob, onFailure, handler }),
  );
  const stopped = Promise.all(consumers.map((consumer) => consumer.stopped)).then(() => undefined);
  return {
    stopped,
    stop: async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await relay.stop();
    },
  };
};
