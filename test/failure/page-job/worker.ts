/** One ingestion worker as a process of its own, which stands still where it is told to. */
import { runWorker } from '../../pipeline/run-worker.ts';
import { stageHand } from '../job-worker/stage-hand.ts';

const hand = stageHand(['vault.lease', 'tiktok.listVideos', 'permits.withPermit', 'sanitizer.sanitize']);
/** A fault on purpose, to show that the matrix notices. */
const acknowledgesFirst = process.env['SABOTAGE'] === 'acknowledges-first';

const worker = await runWorker(process.env, {
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
    }),
  messaging: hand.messaging,
  policy: hand.policy,
  stopWithinMs: 100,
  handler: (syncPage) => async (job, meta) => {
    const done = hand.work(job, job.page, () => syncPage(job, meta));
    if (!acknowledgesFirst) await done;
  },
});
hand.ready();
await hand.shutDown;
await worker.stop();
