import type { AtWork, Kind } from './contender.ts';

export interface LoopOptions {
  readonly worker: number;
  readonly loops: number;
  /** Waits for a permit and makes one call. */
  once(kind: Kind, signal: AbortSignal): Promise<void>;
}

/** One of the callers of the first process is a person, for the share of the window that background work may not have. */
const kindOf = (worker: number, loop: number): Kind => (worker === 0 && loop === 0 ? 'interactive' : 'background');

/** So many callers, each with one call at a time, as long as work is left. */
export const startLoops = ({ worker, loops, once }: LoopOptions): Omit<AtWork, 'setCeilings'> => {
  const abort = new AbortController();
  let left = 0;
  let wake = Promise.withResolvers<void>();
  const run = async (kind: Kind): Promise<void> => {
    while (!abort.signal.aborted) {
      if (left <= 0) {
        await wake.promise;
        continue;
      }
      left -= 1;
      await once(kind, abort.signal).catch(async () => {
        // The call still waits to be made, as a job would.
        left += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      });
    }
  };
  const running = Array.from({ length: loops }, (_, loop) => run(kindOf(worker, loop)));
  const rouse = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  return {
    give: (calls) => {
      left += calls;
      rouse();
    },
    stop: async () => {
      abort.abort();
      left = 0;
      rouse();
      await Promise.race([Promise.all(running), new Promise((resolve) => setTimeout(resolve, 3_000).unref())]);
    },
  };
};
