import { STREAM, SUBJECT } from '@trendpot/contracts';
import { z } from 'zod';
import { API_ERROR, isApiError } from '../api-error.ts';
import type { Messaging } from '../messaging.ts';
import { DAY_MS } from '../milliseconds.ts';
import { coolDownLength, nextAttempt, type CoolDownMarker } from './cool-down-length.ts';

const Marker = z.object({
  version: z.literal(1),
  until: z.iso.datetime(),
  forMs: z.number().min(0).max(DAY_MS),
  attempt: z.number().int().min(1),
});

export interface CoolDown {
  /** Milliseconds that are left of it; 0 when calls may be made. */
  remainingMs(): number;
  /** Calls back at every cool-down that begins or grows, and now if one is under way. */
  onHold(listener: (remainingMs: number) => void): void;
  /**
   * @param callStartedAt monotonic time the refused call began: if all have been told to cool down since, this call
   *   only learned the same again.
   */
  begin(options: { readonly afterMs?: number | undefined; readonly callStartedAt: number }): Promise<void>;
  close(): void;
}

interface Stored {
  readonly marker: CoolDownMarker | undefined;
  readonly sequence: number;
}

const LONGEST_MS = DAY_MS;

/** One marker for all replicas, kept in JetStream and heard at once by everyone who listens. */
export const createCoolDown = async (messaging: Messaging, windowMs: number): Promise<CoolDown> => {
  const { connection, jetstream, logger, manager } = messaging;
  let until = -Infinity;
  let heardAt = -Infinity;
  const listeners = new Set<(remainingMs: number) => void>();

  const hold = (forMs: number): void => {
    heardAt = performance.now();
    until = Math.max(until, heardAt + forMs);
    for (const listener of listeners) listener(until - heardAt);
  };

  const read = async (): Promise<Stored> => {
    const found = await manager.direct.getMessage(STREAM.permitsCooldown, { last_by_subj: SUBJECT.permitCooldown });
    if (found === null) return { marker: undefined, sequence: 0 };
    const parsed = Marker.safeParse(found.json());
    return { marker: parsed.success ? parsed.data : undefined, sequence: found.seq };
  };

  const catchUp = async (): Promise<void> => {
    const { marker } = await read();
    if (marker === undefined) return;
    const remaining = Math.min(marker.forMs, Date.parse(marker.until) - Date.now());
    if (remaining > 0) hold(remaining);
  };

  const subscription = connection.subscribe(SUBJECT.permitCooldown, {
    callback: (error, message) => {
      const parsed = error === null ? Marker.safeParse(message.json()) : undefined;
      if (parsed?.success) hold(parsed.data.forMs);
    },
  });
  const forget = messaging.onReconnect(() => {
    catchUp().catch((error: unknown) => logger.warn('nats.cooldown.unread', { reason: String(error) }));
  });
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
      const known = heardAt > callStartedAt;
      const remaining = until - performance.now();
      if (known && (afterMs === undefined || afterMs <= remaining)) return;
      const { marker, sequence } = await read();
      const attempt = known ? (marker?.attempt ?? 1) : nextAttempt(marker, Date.now(), windowMs);
      const forMs = Math.min(LONGEST_MS, afterMs ?? coolDownLength(attempt, windowMs));
      const next: CoolDownMarker = {
        version: 1,
        until: new Date(Date.now() + forMs).toISOString(),
        forMs,
        attempt,
      };
      if (await announce(next, sequence)) {
        hold(forMs);
        return;
      }
      await catchUp();
    }
  };

  return {
    remainingMs: () => Math.max(0, until - performance.now()),
    onHold: (listener) => {
      listeners.add(listener);
      if (until > performance.now()) listener(until - performance.now());
    },
    begin: async (options) => {
      try {
        await begin(options);
      } catch (error) {
        // The others find out by a 429 of their own; this process holds back in any case.
        hold(Math.min(LONGEST_MS, options.afterMs ?? coolDownLength(1, windowMs)));
        logger.warn('nats.cooldown.unshared', { reason: String(error) });
      }
    },
    close: () => {
      forget();
      if (!connection.isClosed()) subscription.unsubscribe();
    },
  };
};
