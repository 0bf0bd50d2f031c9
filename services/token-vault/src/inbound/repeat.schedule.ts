import { setTimeout as delay } from 'node:timers/promises';

export interface Repeated {
  /** Does it again at once instead of when its time comes. */
  wake(): void;
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
  let woken = false;
  let waiting = new AbortController();
  const rounds = async (): Promise<void> => {
    while (!stopped) {
      woken = false;
      await work().catch(onFailure);
      waiting = new AbortController();
      if (!stopped && !woken) await delay(everyMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    }
  };
  const running = rounds();
  const wake = (): void => {
    woken = true;
    waiting.abort();
  };
  return {
    wake,
    stop: () => {
      stopped = true;
      wake();
      return running;
    },
  };
};
