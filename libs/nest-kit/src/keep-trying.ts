import { toPlatformError } from '@trendpot/contracts';
import type { Logger } from '@trendpot/observability';
import { setTimeout as delay } from 'node:timers/promises';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

export interface KeepTrying {
  /** What is being waited for, for the log. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Other errors end the attempt; absent, every error is repeated. */
  isWorthRepeating?(error: unknown): boolean;
}

/**
 * Tries until it works or `signal` fires; then rejects with the signal's reason. A fault is logged when it appears and
 * when it changes, not at every attempt.
 */
export const keepTrying = async <T>(work: () => Promise<T>, options: KeepTrying): Promise<T> => {
  const { name, signal, logger } = options;
  let told: string | undefined;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    signal.throwIfAborted();
    try {
      const result = await work();
      if (told !== undefined) logger.info('service.resumed', { after: name });
      return result;
    } catch (error) {
      if (options.isWorthRepeating?.(error) === false) throw error;
      const { code, message } = toPlatformError(error);
      if (told !== `${code} ${message}`) logger.warn('service.waiting', { waitingFor: name, code, error });
      told = `${code} ${message}`;
      await delay(wait, undefined, { signal, ref: true });
    }
  }
};
