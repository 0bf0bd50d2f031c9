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

  const giveBack = async ({ ceiling, sequence }: Place, attempt: number): Promise<void> => {
    const existed = await deleteStoredMessage(messaging, ceiling.stream, sequence, { overwrite: false });
    // What an attempt without an answer deleted is gone by now, and nobody has been told.
    if (existed || attempt > 1) connection.publish(SUBJECT.permitReleased, ceiling.stream);
  };

  /** Publishing the same id again tells where the first one lies; if it was never stored, this one is, and goes too. */
  const findAndGiveBack = async (ceiling: Ceiling, messageId: string, attempt: number): Promise<void> => {
    try {
      const { seq } = await jetstream.publish(ceiling.subject, '', { msgID: messageId, timeout: 2_000 });
      await giveBack({ ceiling, sequence: seq }, attempt);
    } catch (error) {
      // Full, and ours is not among those that fill it: then it was never stored.
      if (!isCeilingReached(error)) throw error;
    }
  };

  const insist = async (ceiling: Ceiling, step: (attempt: number) => Promise<void>): Promise<void> => {
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    let wait = FIRST_RETRY_MS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await step(attempt);
        return;
      } catch (error) {
        if (connection.isClosed() || performance.now() > giveUpAt) {
          logger.warn('nats.permit.not_given_back', { stream: ceiling.stream, reason: String(error) });
          return;
        }
        await delay(wait, undefined, { ref: false });
        wait = Math.min(LAST_RETRY_MS, wait * 2);
      }
    }
  };

  return {
    put: (places) => {
      for (const place of places) pending.add(insist(place.ceiling, (attempt) => giveBack(place, attempt)));
    },
    resolve: (ceiling, messageId) =>
      pending.add(insist(ceiling, (attempt) => findAndGiveBack(ceiling, messageId, attempt))),
    settled: (withinMs) => pending.settled(withinMs),
  };
};
