/** One worker of metrics-refresher as a process of its own, which stands still where it is told to. */
import { runRefreshWorker } from '../../pipeline/run-refresh-worker.ts';
import { stageHand } from '../job-worker/stage-hand.ts';

const hand = stageHand(['vault.lease', 'tiktok.queryVideos', 'permits.withPermit']);

const worker = await runRefreshWorker(process.env, {
  instrument: hand.points.instrument,
  database: hand.points.instrumentDatabase,
  permits: (permits) => hand.points.instrument('permits', permits),
  client: (client) =>
    hand.points.instrument('tiktok', {
      ...client,
      queryVideos: async (request) => {
        hand.playFault();
        return client.queryVideos(request);
      },
    }),
  messaging: hand.messaging,
  policy: hand.policy,
  stopWithinMs: 100,
  handler: (refreshBatch) => (job, meta) =>
    hand.work(job, job.afterVideoId === undefined ? 0 : 1, () => refreshBatch(job, meta)),
});
hand.ready();
await hand.shutDown;
await worker.stop();
