/** One ingestion worker as a process of its own, which stands still where it is told to. */
import { jobAtWork, makePoints } from '../../pipeline/points.ts';
import { runWorker } from '../../pipeline/run-worker.ts';
import type { FromWorker, Stop, ToWorker } from './messages.ts';

const IRREVOCABLE = ['vault.lease', 'tiktok.listVideos', 'permits.withPermit', 'sanitizer.sanitize'];
/** A fault on purpose, to show that the matrix notices. */
const acknowledgesFirst = process.env['SABOTAGE'] === 'acknowledges-first';

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

process.on('message', (message: ToWorker) => {
  if (message.kind === 'record') records = true;
  if (message.kind === 'stops') for (const stop of message.stops) stops.set(stop.accountId, stop);
  if (message.kind === 'thaw') thaw.resolve();
  tell({ kind: 'heard' });
});

await runWorker(process.env, {
  instrument: points.instrument,
  database: points.instrumentDatabase,
  permits: (permits) => points.instrument('permits', permits),
  client: (client) => points.instrument('tiktok', client),
  onRetry: ({ accountId }, code) => tell({ kind: 'retried', accountId, code }),
  handler: (syncPage) => async (job, meta) => {
    const done = jobAtWork.run({ accountId: job.accountId, page: job.page, passed: new Map() }, async () => {
      await points.at('begin');
      await syncPage(job, meta);
      await points.at('end');
    });
    if (!acknowledgesFirst) await done;
  },
});
tell({ kind: 'ready' });
