/** One ingestion worker as a process of its own, which stands still where it is told to. */
import { runWorker } from '../../pipeline/run-worker.ts';
import { runOnStage } from '../job-worker/run-on-stage.ts';

await runOnStage(runWorker, ({ page }) => page);
