import { setTimeout as delay } from 'node:timers/promises';
import { SUBJECT } from '@trendpot/contracts';
import { isCeilingReached } from '../api-error.ts';
import { deleteStoredMessage } from '../delete-message.ts';
import { trackInFlight } from '../in-flight.ts';
import type { Messaging } from '../messaging.ts';
import type { Ceiling, Place } from './places.ts';

/** Gives places back, in the background and for as long as that takes. */
export interface Returns {
  put(places: readonly Place[]): void;
  /** A place that may be taken or not, because the answer never came: finds out, and gives it back if so. */
  resolve(ceiling: Ceiling, messageId: string): void;
  settled(withinMs: number): Promise<boolean>;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
/** Longer than any window but the day's; a place of the day that cannot be given back for so long is spent. */
const GIVE_UP_AFTER_MS = 10 * 60_000;

export const createReturns = (messaging: Messaging): Returns => {
  const { connection, jetstream, logger } = messaging;
  const pending = trackInFlight();

  const giveBack = async ({ ceiling, sequence }: Place): Promise<void> => {
    const existed = await deleteStoredMessage(messaging, ceiling.stream, sequence, { overwrite: false });
    if (existed) connection.publish(SUBJECT.permitReleased, ceiling.stream);
  };

  /** Publishing the same id again tells where the first one lies; if it was never stored, this one is, and goes too. */
  const findAndGiveBack = async (ceiling: Ceiling, messageId: string): Promise<void> => {
    try {
      const { seq } = await jetstream.publish(ceiling.subject, '', { msgID: messageId, timeout: 2_000 });
      await giveBack({ ceiling, sequence: seq });
    } catch (error) {
      // Full, and ours is not among those that fill it: then it was never stored.
      if (!isCeilingReached(error)) throw error;
    }
  };

  const insist = async (ceiling: Ceiling, step: () => Promise<void>): Promise<void> => {
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(LAST_RETRY_MS, wait * 2)) {
      try {
        await step();
        return;
      } catch (error) {
        if (connection.isClosed() || performance.now() > giveUpAt) {
          logger.warn('nats.permit.not_given_back', { stream: ceiling.stream, reason: String(error) });
          return;
        }
        await delay(wait, undefined, { ref: false });
      }
    }
  };

  return {
    put: (places) => {
      for (const place of places) pending.add(insist(place.ceiling, () => giveBack(place)));
    },
    resolve: (ceiling, messageId) => pending.add(insist(ceiling, () => findAndGiveBack(ceiling, messageId))),
    settled: (withinMs) => pending.settled(withinMs),
  };
};
