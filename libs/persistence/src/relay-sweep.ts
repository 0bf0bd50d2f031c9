import type { ServiceName } from '@trendpot/contracts';
import type { Collection } from 'mongodb';
import type { OutboxDocument } from './documents.ts';
import type { Visit } from './relay-ports.ts';

export interface SweepOptions {
  readonly outbox: Collection<OutboxDocument>;
  readonly service: ServiceName;
  readonly visit: (accountId: string) => Promise<Visit>;
  readonly atOnce: number;
  /** Accounts that others are at: they need not be found. */
  readonly besides: () => readonly string[];
  readonly mayVisit: (accountId: string) => boolean;
  readonly shouldEnd: () => boolean;
}

export interface SweepResult {
  /** An account that was visited has more entries than one visit takes. */
  readonly more: boolean;
  /** An account waits for another service or another replica. */
  readonly held: boolean;
}

/**
 * Visits every account that has an entry of this service once, several at a time. Accounts are found one after the
 * other along the index, so that a long backlog of one costs the others nothing and memory does not grow with it. A
 * sweep that ended early is taken up where it ended: a few failing accounts cannot keep the rest from their turn.
 */
export const createSweep = ({ outbox, service, visit, atOnce, besides, mayVisit, shouldEnd }: SweepOptions) => {
  let startAfter = '';

  const accountAfter = async (accountId: string): Promise<string | undefined> => {
    const head = await outbox.findOne(
      { service, accountId: { $gt: accountId, $nin: [...besides()] } },
      { sort: { accountId: 1 }, projection: { accountId: 1 }, readConcern: { level: 'majority' } },
    );
    return head?.accountId;
  };

  return async (): Promise<SweepResult> => {
    const result = { more: false, held: false };
    const visiting = new Set<Promise<void>>();
    const start = async (accountId: string) => {
      const visited = await visit(accountId);
      if (visited.outcome === 'moved') result.more ||= visited.more;
      else if (visited.outcome !== 'failed') result.held = true;
    };
    let position = startAfter;
    let started = false;
    startAfter = '';
    try {
      for (;;) {
        const accountId = await accountAfter(position);
        if (accountId === undefined) break;
        if (started && shouldEnd()) {
          startAfter = position;
          break;
        }
        position = accountId;
        if (!mayVisit(accountId)) continue;
        started = true;
        const running: Promise<void> = start(accountId).finally(() => visiting.delete(running));
        visiting.add(running);
        if (visiting.size >= atOnce) await Promise.race(visiting);
      }
    } finally {
      await Promise.allSettled(visiting);
    }
    return result;
  };
};
