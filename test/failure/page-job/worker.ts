/** One ingestion worker as a process of its own, which stands still where it is told to. */
import { readFileSync } from 'node:fs';
import { CONSUMER, STREAM, SyncJob } from '@trendpot/contracts';
import { connectMessaging, consumeJobs, createPermits, publish } from '@trendpot/messaging';
import { createLogger, createMeters } from '@trendpot/observability';
import { connectMongo, startOutboxRelay } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';
import { createDisplayClient } from '@trendpot/tiktok';
import { loadConfig } from '../../../services/ingestion/src/config.ts';
import { failedSyncJob } from '../../../services/ingestion/src/inbound/failed-sync-job.ts';
import { makeIngestion } from '../../../services/ingestion/src/ingestion.ts';
import { jobAtWork, makePoints } from '../../pipeline/points.ts';
import type { FromWorker, Stop, ToWorker } from './messages.ts';

const IRREVOCABLE = ['vault.lease', 'tiktok.listVideos', 'permits.withPermit', 'sanitizer.sanitize'];

const environment = process.env;
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

const tell = (message: FromWorker): void => void process.send?.(message);
const stops = new Map<string, Stop>();
const thaw = Promise.withResolvers<void>();
let records = false;

const points = makePoints(async ({ accountId, page }, point) => {
  if (records) tell({ kind: 'point', page, point });
  const stop = stops.get(accountId);
  if (stop?.page !== page || stop.point !== point) return;
  stops.delete(accountId);
  tell({ kind: 'stopped', accountId });
  await thaw.promise;
}, IRREVOCABLE);

const relay = startOutboxRelay({
  database,
  service: 'ingestion',
  logger: log,
  publish: ({ _id: messageId, subject, body, schedule }) =>
    publish(messaging, { subject, body, messageId, ...(schedule === undefined ? {} : { schedule }) }),
});
const ingestion = makeIngestion({
  database: points.instrumentDatabase(database),
  messaging,
  permits: points.instrument('permits', await createPermits(messaging, config.ceilings, { logger: log })),
  client: points.instrument('tiktok', createDisplayClient({ baseUrl: config.displayBaseUrl, dialect: config.dialect })),
  meters,
  log,
  config,
  onStored: () => relay.notify(),
  instrument: points.instrument,
});
/** A fault on purpose, to show that the matrix notices. */
const acknowledgesFirst = environment['SABOTAGE'] === 'acknowledges-first';

const workOff = async (job: SyncJob, signal: AbortSignal): Promise<void> => {
  await points.at('begin');
  await ingestion.syncPage(job, signal);
  await points.at('end');
};

const onFailure = failedSyncJob({ backoffMs: config.backoffMs, ...ingestion, meters });
const onRetry: typeof onFailure.onRetry = (job, error, at) => {
  tell({ kind: 'retried', accountId: job.accountId, code: error.code });
  onFailure.onRetry?.(job, error, at);
};
const consumers = [CONSUMER.syncFirst, CONSUMER.syncPage].map((consumer) =>
  consumeJobs(messaging, {
    stream: STREAM.sync,
    consumer,
    schema: SyncJob,
    onFailure: { ...onFailure, onRetry },
    handler: (job, meta) =>
      jobAtWork.run({ accountId: job.accountId, page: job.page, passed: new Map() }, async () => {
        if (acknowledgesFirst) void workOff(job, meta.signal);
        else await workOff(job, meta.signal);
      }),
  }),
);

process.on('message', (message: ToWorker) => {
  if (message.kind === 'record') records = true;
  if (message.kind === 'stops') for (const stop of message.stops) stops.set(stop.accountId, stop);
  if (message.kind === 'thaw') thaw.resolve();
  tell({ kind: 'heard' });
});
process.once('SIGTERM', () => {
  void Promise.all(consumers.map((consumer) => consumer.stop()))
    .then(() => relay.stop())
    .then(() => process.exit(0));
});
tell({ kind: 'ready' });
