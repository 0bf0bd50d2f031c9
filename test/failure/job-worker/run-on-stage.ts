import type { Job, Running } from '@trendpot/messaging';
import type { WorkerHooks } from '../../pipeline/worker-parts.ts';
import { stageHand } from './stage-hand.ts';

/** A fault on purpose, to show that the matrix notices. */
const acknowledgesFirst = process.env['SABOTAGE'] === 'acknowledges-first';

/**
 * Runs a worker in this process until its parent lets it stop, its jobs standing still where the parent says.
 *
 * @param pageOf which of its account's pages or batches a job is about, from 0.
 */
export const runOnStage = async <J extends Job>(
  run: (environment: NodeJS.ProcessEnv, hooks: WorkerHooks<J>) => Promise<Running>,
  pageOf: (job: J) => number,
): Promise<void> => {
  const hand = stageHand();
  const worker = await run(process.env, {
    instrument: hand.points.instrument,
    database: hand.points.instrumentDatabase,
    permits: (permits) => hand.points.instrument('permits', permits),
    client: (client) =>
      hand.points.instrument('tiktok', {
        ...client,
        listVideos: async (request) => {
          hand.playFault();
          return client.listVideos(request);
        },
        queryVideos: async (request) => {
          hand.playFault();
          return client.queryVideos(request);
        },
      }),
    messaging: hand.messaging,
    policy: hand.policy,
    stopWithinMs: 100,
    handler: (handle) => async (job, meta) => {
      const done = hand.work(job, pageOf(job), () => handle(job, meta));
      if (!acknowledgesFirst) await done;
    },
  });
  hand.ready();
  await hand.shutDown;
  await worker.stop();
};
