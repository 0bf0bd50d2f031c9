import type { Messaging } from './messaging.ts';
import { MINUTE_MS } from './milliseconds.ts';

export interface KeepInPlace {
  /** What is kept, for the log. */
  readonly name: string;
  /** Makes whatever is missing, and nothing when all is there. */
  restore(): Promise<void>;
  /** Between two looks while all is well. Default one minute. */
  readonly lookEveryMs?: number | undefined;
}

export interface Kept {
  /** False from a reconnect until all has been found or made again, and while that does not succeed. */
  isInPlace(): boolean;
  /** Resolves when no look is under way any more. */
  stop(): Promise<void>;
}

const TRY_AGAIN_MS = 250;

/**
 * Keeps something on the server that is there now. The server may lose it at any time: with its disk, or in a cluster
 * without the connection being cut. So we look after every reconnect and once a minute, and do not leave off before it is
 * there.
 */
export const keepInPlace = (messaging: Messaging, { name, restore, lookEveryMs = MINUTE_MS }: KeepInPlace): Kept => {
  const { connection, logger } = messaging;
  let inPlace = true;
  let isTold = false;
  let reconnects = 0;
  let stopped = false;
  let wake = (): void => undefined;

  const pause = (forMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, forMs).unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const look = async (): Promise<void> => {
    const turn = reconnects;
    try {
      await restore();
      // What was found before the connection was lost says nothing of the server that is there now.
      inPlace = turn === reconnects;
      if (isTold) logger.info('nats.restored', { what: name });
      isTold = false;
    } catch (error) {
      inPlace = false;
      if (!isTold && !stopped) logger.error('nats.not_restored', { what: name, reason: String(error) });
      isTold = true;
    }
  };

  const keepLooking = async (): Promise<void> => {
    while (!stopped && !connection.isClosed()) {
      if (messaging.isConnected()) await look();
      if (!stopped) await pause(inPlace ? lookEveryMs : TRY_AGAIN_MS);
    }
  };

  const forget = messaging.onReconnect(() => {
    reconnects += 1;
    inPlace = false;
    wake();
  });
  const looking = pause(lookEveryMs).then(keepLooking);

  return {
    isInPlace: () => inPlace,
    stop: async () => {
      stopped = true;
      forget();
      wake();
      await looking;
    },
  };
};
