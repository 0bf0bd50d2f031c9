import { CONSUMER, STREAM, SyncJob } from '@trendpot/contracts';
import { consumeJobs, type Running } from '@trendpot/messaging';
import { loadConfig } from '../../services/ingestion/src/config.ts';
import { failedSyncJob } from '../../services/ingestion/src/inbound/failed-sync-job.ts';
import { makeIngestion } from '../../services/ingestion/src/ingestion.ts';
import { workerParts, type JobHandler, type WorkerHooks } from './worker-parts.ts';

/** Ingestion's page jobs and outbox as the service runs them. */
export const runWorker = async (environment: NodeJS.ProcessEnv, hooks: WorkerHooks<SyncJob> = {}): Promise<Running> => {
  const config = loadConfig(environment);
  const { parts, settling, relay } = await workerParts('ingestion', environment, config, hooks);
  const ingestion = makeIngestion({ ...parts, config });
  const policy = failedSyncJob({ backoffMs: config.backoffMs, ...ingestion, meters: parts.meters });
  const syncPage: JobHandler<SyncJob> = (job, { signal, deliveries }) => ingestion.syncPage(job, signal, deliveries);
  const consumers = [CONSUMER.syncFirst, CONSUMER.syncPage].map((consumer) =>
    consumeJobs(settling, {
      stream: STREAM.sync,
      consumer,
      schema: SyncJob,
      onFailure: hooks.policy?.(policy) ?? policy,
      handler: hooks.handler?.(syncPage) ?? syncPage,
      ...(hooks.stopWithinMs === undefined ? {} : { stopWithinMs: hooks.stopWithinMs }),
    }),
  );
  return {
    stopped: Promise.all(consumers.map(({ stopped }) => stopped)).then(() => undefined),
    stop: async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await relay.stop();
    },
  };
};
