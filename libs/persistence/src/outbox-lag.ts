import type { ServiceName } from '@trendpot/contracts';
import type { Collection } from 'mongodb';
import type { OutboxDocument } from './documents.ts';

export interface OutboxLag {
  /** Entries not yet published; counting stops at 100,000. */
  readonly waiting: number;
  /** Age of the oldest of them in milliseconds, 0 when there is none. */
  readonly oldestMs: number;
}

const COUNTED_AT_MOST = 100_000;

export const outboxLag = async (outbox: Collection<OutboxDocument>, service: ServiceName): Promise<OutboxLag> => {
  const waiting = await outbox.countDocuments({ service }, { limit: COUNTED_AT_MOST });
  const oldest = await outbox.findOne({ service }, { sort: { createdAt: 1 }, projection: { createdAt: 1 } });
  return { waiting, oldestMs: oldest === null ? 0 : Math.max(0, Date.now() - oldest.createdAt.getTime()) };
};
