import type { OutboxDocument } from './documents.ts';
import type { RelayPorts, Visit } from './relay-ports.ts';
import type { Done } from './settle-published.ts';

/**
 * Publishes the oldest entries of one account strictly in sequence, each acknowledged before the next is sent, up to the
 * first that another service has to publish; then settles what was published. Nothing is sent after `usableUntil`.
 */
export const publishInOrder = async (
  ports: RelayPorts,
  oldest: readonly OutboxDocument[],
  usableUntil: number,
  settle: (done: readonly Done[]) => Promise<void>,
): Promise<Visit> => {
  const foreign = oldest.findIndex(({ service }) => service !== ports.service);
  const run = foreign === -1 ? oldest : oldest.slice(0, foreign);
  const done: Done[] = [];
  let failed: Visit | undefined;
  for (const entry of run) {
    if (ports.isStopping() || performance.now() > usableUntil) break;
    try {
      done.push({ entry, published: await ports.publish(entry) });
    } catch (error) {
      failed = { outcome: 'failed', error, entry };
      break;
    }
  }
  if (done.length > 0) await settle(done);
  for (const { entry } of done) ports.onPublished(entry);
  if (failed !== undefined) return failed;
  const isCutShort = done.length < run.length;
  if (done.length > 0) return { outcome: 'moved', more: isCutShort || run.length === ports.batch };
  return { outcome: foreign === 0 ? 'blocked' : 'skipped' };
};
