export interface Pool<T> {
  /**
   * Runs `work` with one value that nobody else has meanwhile, waiting for one if all are taken. The value is replaced by
   * `next`; after a failure it is dropped, and a new one is made when one is needed.
   */
  use<R>(work: (value: T) => Promise<{ readonly result: R; readonly next: T }>): Promise<R>;
}

export const makePool = <T>(size: number, make: () => T): Pool<T> => {
  const free: T[] = [];
  let taken = 0;
  const queue: (() => void)[] = [];
  return {
    use: async (work) => {
      if (taken >= size) await new Promise<void>((resolve) => queue.push(resolve));
      else taken += 1;
      try {
        const { result, next } = await work(free.pop() ?? make());
        free.push(next);
        return result;
      } finally {
        // The place passes to whoever waits, without becoming free in between.
        const waiting = queue.shift();
        if (waiting === undefined) taken -= 1;
        else waiting();
      }
    },
  };
};
