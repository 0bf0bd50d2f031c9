/** One ingestion worker that tells of every page job how long it took. */
import { runWorker } from '../../pipeline/run-worker.ts';
import type { PageDone } from './page-worker.ts';

const tell = (message: 'ready' | PageDone): void => void process.send?.(message);

const worker = await runWorker(process.env, {
  handler: (syncPage) => async (job, meta) => {
    const began = performance.now();
    await syncPage(job, meta);
    tell({ accountId: job.accountId, page: job.page, tookMs: performance.now() - began });
  },
});
process.once('SIGTERM', () => void worker.stop().finally(() => process.exit(0)));
process.once('disconnect', () => process.exit(0));
tell('ready');
