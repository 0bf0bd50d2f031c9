import { setTimeout as delay } from 'node:timers/promises';

export interface Repeated {
  /** Finishes the round under way, then resolves. */
  stop(): Promise<void>;
}

/** Does `work` again and again, one round at a time, `everyMs` after the last one ended. A failure is told, not thrown. */
export const repeat = (
  everyMs: number,
  work: () => Promise<unknown>,
  onFailure: (error: unknown) => void,
): Repeated => {
  let stopped = false;
  let waiting = new AbortController();
  const rounds = async (): Promise<void> => {
    while (!stopped) {
      await work().catch(onFailure);
      waiting = new AbortController();
      if (!stopped) await delay(everyMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    }
  };
  const running = rounds();
  return {
    stop: () => {
      stopped = true;
      waiting.abort();
      return running;
    },
  };
};
