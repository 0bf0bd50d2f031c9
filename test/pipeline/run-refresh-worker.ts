import { CONSUMER, RefreshJob, STREAM } from '@trendpot/contracts';
import { consumeJobs, type Running } from '@trendpot/messaging';
import { loadConfig } from '../../services/metrics-refresher/src/config.ts';
import { failedRefreshJob } from '../../services/metrics-refresher/src/inbound/failed-refresh-job.ts';
import { makeRefresher } from '../../services/metrics-refresher/src/refresher.ts';
import { workerParts, type JobHandler, type WorkerHooks } from './worker-parts.ts';

/** The jobs and the outbox of metrics-refresher as the service runs them. */
export const runRefreshWorker = async (
  environment: NodeJS.ProcessEnv,
  hooks: WorkerHooks<RefreshJob> = {},
): Promise<Running> => {
  const config = loadConfig(environment);
  const { parts, settling, relay } = await workerParts('metrics-refresher', environment, config, hooks);
  const refresher = makeRefresher({ ...parts, config });
  const policy = failedRefreshJob({ backoffMs: config.backoffMs, ...refresher, meters: parts.meters });
  const refreshBatch: JobHandler<RefreshJob> = (job, { signal }) => refresher.refreshAccount(job, signal);
  const consumer = consumeJobs(settling, {
    stream: STREAM.refresh,
    consumer: CONSUMER.refresh,
    schema: RefreshJob,
    onFailure: hooks.policy?.(policy) ?? policy,
    handler: hooks.handler?.(refreshBatch) ?? refreshBatch,
    ...(hooks.stopWithinMs === undefined ? {} : { stopWithinMs: hooks.stopWithinMs }),
  });
  return {
    stopped: consumer.stopped,
    stop: async () => {
      await consumer.stop();
      await relay.stop();
    },
  };
};
