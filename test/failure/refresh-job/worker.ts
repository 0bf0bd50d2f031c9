/** One worker of metrics-refresher as a process of its own, which stands still where it is told to. */
import { runRefreshWorker } from '../../pipeline/run-refresh-worker.ts';
import { runOnStage } from '../job-worker/run-on-stage.ts';

await runOnStage(runRefreshWorker, ({ afterVideoId }) => (afterVideoId === undefined ? 0 : 1));
