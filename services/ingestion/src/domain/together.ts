const MOST_AT_ONCE = 20;

interface Waiting<Request, Value> {
  readonly request: Request;
  resolve(value: Value | undefined): void;
  reject(error: unknown): void;
}

/**
 * Shares calls that load many values at once: what comes while a load of the same group is under way waits for the
 * next one, and the first never waits. Twenty look-ups of one creator then cost two calls instead of twenty.
 */
export const makeTogether = <Request, Value>(options: {
  groupOf(request: Request): string;
  idOf(request: Request): string;
  load(first: Request, ids: readonly string[]): Promise<ReadonlyMap<string, Value>>;
}): ((request: Request) => Promise<Value | undefined>) => {
  const { groupOf, idOf, load } = options;
  const queues = new Map<string, Waiting<Request, Value>[]>();

  const takeBatch = (queue: Waiting<Request, Value>[]): Waiting<Request, Value>[] => {
    const ids = new Set<string>();
    const end = queue.findIndex(({ request }) => ids.add(idOf(request)).size > MOST_AT_ONCE);
    return queue.splice(0, end === -1 ? queue.length : end);
  };

  const run = async (group: string, queue: Waiting<Request, Value>[]): Promise<void> => {
    for (;;) {
      const batch = takeBatch(queue);
      const [first] = batch;
      if (first === undefined) break;
      try {
        const values = await load(first.request, [...new Set(batch.map(({ request }) => idOf(request)))]);
        for (const { request, resolve } of batch) resolve(values.get(idOf(request)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(group);
  };

  return (request) =>
    new Promise((resolve, reject) => {
      const group = groupOf(request);
      const queue = queues.get(group);
      if (queue !== undefined) {
        queue.push({ request, resolve, reject });
        return;
      }
      const started = [{ request, resolve, reject }];
      queues.set(group, started);
      void run(group, started);
    });
};
