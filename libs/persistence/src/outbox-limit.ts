import { setTimeout as delay } from 'node:timers/promises';
import type { Relay, RelayLogger } from './outbox-relay.ts';

export interface OutboxLimitOptions {
  readonly relay: Pick<Relay, 'lag'>;
  /** Entries that may wait before no more work is begun that would add to them. */
  readonly mostWaiting: number;
  readonly logger: RelayLogger;
  readonly lookEveryMs?: number;
}

/**
 * Holds work back while the outbox is fuller than it may be, for events can be undeliverable while jobs and permits still
 * work. Resolves when the work may begin; rejects only when `signal` aborts. When the database cannot be asked, the work
 * may begin: it will find out by itself.
 */
export type OutboxLimit = (signal?: AbortSignal) => Promise<void>;

export const createOutboxLimit = (options: OutboxLimitOptions): OutboxLimit => {
  const { relay, mostWaiting, logger, lookEveryMs = 1_000 } = options;
  let lookedAt = -Infinity;
  let isFull = false;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const { waiting } = await relay.lag().catch(() => ({ waiting: 0 }));
    lookedAt = performance.now();
    const wasFull = isFull;
    isFull = waiting > mostWaiting;
    if (isFull && !wasFull) logger.warn('outbox.limit.reached', { waiting, mostWaiting });
    if (wasFull && !isFull) logger.info('outbox.limit.left', { waiting });
  };
  const lookIfDue = async (): Promise<void> => {
    if (performance.now() - lookedAt < lookEveryMs) return;
    await (looking ??= look().finally(() => (looking = undefined)));
  };

  return async (signal) => {
    await lookIfDue();
    while (isFull) {
      await delay(lookEveryMs, undefined, signal === undefined ? {} : { signal });
      await lookIfDue();
    }
  };
};
