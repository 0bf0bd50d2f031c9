import { releaseClaim, takeClaim } from './claim.ts';
import { publishInOrder } from './publish-in-order.ts';
import type { RelayPorts, Visit } from './relay-ports.ts';
import { settlePublished } from './settle-published.ts';

/** Committed reads only: what a failover could roll back must not be published. */
const COMMITTED = { readConcern: { level: 'majority' } } as const;

const publishOldest = async (ports: RelayPorts, accountId: string, usableUntil: number): Promise<Visit> => {
  const { collections, batch } = ports;
  const oldest = await collections.outbox.find({ accountId }, COMMITTED).sort({ sequence: 1 }).limit(batch).toArray();
  return publishInOrder(ports, oldest, usableUntil, (done) => settlePublished(collections, done));
};

/**
 * One visit to one account: publishes at most one batch of its oldest entries. Entries of other services are never
 * overtaken. Never rejects.
 *
 * Only the first half of the claim is used. A replica that was paused for longer publishes nothing more of what it has
 * read, since another may have moved on from there.
 */
export const relayAccount = async (ports: RelayPorts, accountId: string): Promise<Visit> => {
  const { collections, service, holder, claimMs } = ports;
  const claim = `outbox:${service}:${accountId}`;
  try {
    const usableUntil = performance.now() + claimMs / 2;
    if (!(await takeClaim(collections.claims, claim, holder, claimMs))) return { outcome: 'skipped' };
    try {
      return await publishOldest(ports, accountId, usableUntil);
    } finally {
      await releaseClaim(collections.claims, claim, holder);
    }
  } catch (error) {
    return { outcome: 'failed', error };
  }
};
