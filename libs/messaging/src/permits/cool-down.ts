import { setTimeout as delay } from 'node:timers/promises';
import { STREAM, SUBJECT } from '@trendpot/contracts';
import { z } from 'zod';
import { API_ERROR, isApiError } from '../api-error.ts';
import type { Messaging } from '../messaging.ts';
import { DAY_MS } from '../milliseconds.ts';
import { serverTime } from '../server-time.ts';
import { coolDownLength, coolDownMarker, nextAttempt, type CoolDownMarker } from './cool-down-length.ts';

const Marker = z.object({
  version: z.literal(1),
  until: z.iso.datetime(),
  forMs: z.number().min(0).max(DAY_MS),
  attempt: z.number().int().min(1),
});

export interface CoolDownCause {
  readonly afterMs?: number | undefined;
  readonly callStartedAt: number;
}

export interface CoolDown {
  /** Milliseconds that are left of it; 0 when calls may be made. */
  remainingMs(): number;
  /** False after a reconnect until the marker has been read again: one may have been missed, so nobody calls. */
  isKnown(): boolean;
  /** Calls back at every cool-down that begins or grows, and now if one is under way. */
  onHold(listener: (remainingMs: number) => void): void;
  /**
   * @param callStartedAt monotonic time the refused call began: if all have been told to cool down since, this call
   *   only learned the same again.
   */
  begin(options: CoolDownCause): Promise<void>;
  close(): void;
}

interface Stored {
  readonly marker: CoolDownMarker | undefined;
  readonly sequence: number;
  /** Milliseconds until it ends; negative since it did. */
  readonly leftMs: number;
}

const LONGEST_MS = DAY_MS;
const READ_AGAIN_MS = 250;

/** No time at all is no answer to how long: `Retry-After: 0`, or a date that has passed. */
const asWished = ({ afterMs, callStartedAt }: CoolDownCause): CoolDownCause => ({
  afterMs: afterMs === undefined || afterMs <= 0 ? undefined : afterMs,
  callStartedAt,
});

/** One marker for all replicas, kept in JetStream and heard at once by everyone who listens. */
export const createCoolDown = async (messaging: Messaging, windowMs: number): Promise<CoolDown> => {
  const { connection, jetstream, logger, manager } = messaging;
  let until = -Infinity;
  let heardAt = -Infinity;
  let known = true;
  let reconnects = 0;
  const listeners = new Set<(remainingMs: number) => void>();

  const hold = (forMs: number): void => {
    heardAt = performance.now();
    until = Math.max(until, heardAt + forMs);
    for (const listener of listeners) listener(until - heardAt);
  };

  const read = async (): Promise<Stored> => {
    const found = await manager.direct.getMessage(STREAM.permitsCooldown, { last_by_subj: SUBJECT.permitCooldown });
    if (found === null) return { marker: undefined, sequence: 0, leftMs: -Infinity };
    const parsed = Marker.safeParse(found.json());
    if (!parsed.success) return { marker: undefined, sequence: found.seq, leftMs: -Infinity };
    const now = serverTime(await manager.streams.info(STREAM.permitsCooldown));
    return { marker: parsed.data, sequence: found.seq, leftMs: found.time.getTime() + parsed.data.forMs - now };
  };

  const catchUp = async (): Promise<void> => {
    const { leftMs } = await read();
    if (leftMs > 0) hold(leftMs);
  };

  /** For as long as it takes: the stream itself may have to be made again. */
  const learnAgain = async (): Promise<void> => {
    const turn = (reconnects += 1);
    known = false;
    for (let attempt = 1; turn === reconnects && !connection.isClosed(); attempt += 1) {
      try {
        await catchUp();
        if (turn === reconnects) known = true;
        return;
      } catch (error) {
        if (attempt === 1) logger.warn('nats.cooldown.unread', { reason: String(error) });
        await delay(READ_AGAIN_MS, undefined, { ref: false });
      }
    }
  };

  const subscription = connection.subscribe(SUBJECT.permitCooldown, {
    callback: (error, message) => {
      const parsed = error === null ? Marker.safeParse(message.json()) : undefined;
      if (parsed?.success) hold(parsed.data.forMs);
    },
  });
  const forget = messaging.onReconnect(() => void learnAgain());
  await catchUp();

  /** False when another replica was faster. */
  const announce = async (marker: CoolDownMarker, after: number): Promise<boolean> => {
    try {
      await jetstream.publish(SUBJECT.permitCooldown, JSON.stringify(marker), {
        expect: { lastSubjectSequence: after },
        msgID: `cooldown-${after}-${marker.until}`,
      });
      return true;
    } catch (error) {
      if (isApiError(error, API_ERROR.wrongLastSequence)) return false;
      throw error;
    }
  };

  const begin: CoolDown['begin'] = async ({ afterMs, callStartedAt }) => {
    for (;;) {
      const told = heardAt > callStartedAt;
      const remaining = until - performance.now();
      if (told && (afterMs === undefined || afterMs <= remaining)) return;
      const { marker, sequence, leftMs } = await read();
      const attempt = told ? (marker?.attempt ?? 1) : nextAttempt(marker, -leftMs, windowMs);
      const forMs = Math.min(LONGEST_MS, afterMs ?? coolDownLength(attempt, windowMs));
      if (await announce(coolDownMarker(forMs, attempt), sequence)) {
        hold(forMs);
        return;
      }
      await catchUp();
    }
  };

  return {
    remainingMs: () => Math.max(0, until - performance.now()),
    isKnown: () => known,
    onHold: (listener) => {
      listeners.add(listener);
      if (until > performance.now()) listener(until - performance.now());
    },
    begin: async (given) => {
      const cause = asWished(given);
      try {
        await begin(cause);
      } catch (error) {
        // The others find out by a 429 of their own; this process holds back in any case.
        hold(Math.min(LONGEST_MS, cause.afterMs ?? coolDownLength(1, windowMs)));
        logger.warn('nats.cooldown.unshared', { reason: String(error) });
      }
    },
    close: () => {
      forget();
      reconnects += 1;
      if (!connection.isClosed()) subscription.unsubscribe();
    },
  };
};
