import { readFileSync } from 'node:fs';
import type { Dialect, ServiceName } from '@trendpot/contracts';
import {
  connectMessaging,
  createPermits,
  publish,
  type CeilingSettings,
  type Job,
  type JobFailurePolicy,
  type JobMeta,
  type Messaging,
  type Permits,
} from '@trendpot/messaging';
import { createLogger, createMeters } from '@trendpot/observability';
import { connectMongo, startOutboxRelay, type Database } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';
import { createDisplayClient, mayStillRun, type DisplayClient } from '@trendpot/tiktok';

export type JobHandler<J extends Job> = (job: J, meta: JobMeta) => Promise<void>;

/** How a test looks into a worker, or gets in its way. */
export interface WorkerHooks<J extends Job> {
  readonly instrument?: <T extends object>(port: string, implementation: T) => T;
  database?(database: Database): Database;
  permits?(permits: Permits): Permits;
  client?(client: DisplayClient): DisplayClient;
  /** Around the connection that jobs are taken from and settled on. */
  messaging?(messaging: Messaging): Messaging;
  policy?(policy: JobFailurePolicy<J>): JobFailurePolicy<J>;
  handler?(handler: JobHandler<J>): JobHandler<J>;
  readonly stopWithinMs?: number;
}

interface CallSettings {
  readonly ceilings: CeilingSettings;
  readonly displayBaseUrl: string;
  readonly dialect: Dialect;
}

/** What a worker stands on: as the service has it, without Nest, from the environment of the service. */
export const workerParts = async <J extends Job>(
  service: ServiceName,
  environment: NodeJS.ProcessEnv,
  config: CallSettings,
  hooks: WorkerHooks<J>,
) => {
  const log = createLogger({ service, level: environment['LOG_LEVEL'] ?? 'silent' });
  const meters = createMeters({ service });
  const messaging = await connectMessaging({
    url: environment['NATS_URL'] ?? '',
    user: service,
    seed: secret(readFileSync(environment['NATS_CREDENTIALS_FILE'] ?? '', 'utf8').trim()),
    logger: log,
  });
  const database = await connectMongo({ uri: environment['MONGODB_URI'] ?? '', applicationName: 'worker' });
  const relay = startOutboxRelay({
    database,
    service,
    logger: log,
    publish: ({ _id: messageId, subject, body, schedule }) =>
      publish(messaging, { subject, body, messageId, ...(schedule === undefined ? {} : { schedule }) }),
  });
  const client = createDisplayClient({ baseUrl: config.displayBaseUrl, dialect: config.dialect });
  const permits = await createPermits(messaging, config.ceilings, { mayStillRun });
  return {
    relay,
    settling: hooks.messaging?.(messaging) ?? messaging,
    parts: {
      database: hooks.database?.(database) ?? database,
      messaging,
      permits: hooks.permits?.(permits) ?? permits,
      client: hooks.client?.(client) ?? client,
      meters,
      log,
      onStored: relay.notify,
      ...(hooks.instrument === undefined ? {} : { instrument: hooks.instrument }),
    },
  };
};
