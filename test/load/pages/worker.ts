/** One ingestion worker that tells how long each page job took, and how much of it TikTok. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { runWorker } from '../../pipeline/run-worker.ts';

const calls = new AsyncLocalStorage<{ milliseconds: number }>();

await runWorker(process.env, {
  client: (client) => ({
    ...client,
    async listVideos(request) {
      const began = performance.now();
      try {
        return await client.listVideos(request);
      } finally {
        const call = calls.getStore();
        if (call !== undefined) call.milliseconds += performance.now() - began;
      }
    },
  }),
  handler: (syncPage) => (job, meta) =>
    calls.run({ milliseconds: 0 }, async () => {
      const began = performance.now();
      await syncPage(job, meta);
      const tookMs = performance.now() - began;
      process.send?.({ kind: 'page', tookMs, callMs: calls.getStore()?.milliseconds ?? 0 });
    }),
});
process.send?.({ kind: 'ready' });
process.once('SIGTERM', () => process.exit(0));
