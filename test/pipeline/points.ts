import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from '@trendpot/persistence';

/** The page job that the code at a point works on. */
export interface JobAtWork {
  readonly accountId: string;
  readonly page: number;
  /** How often each point was passed in this delivery. */
  readonly passed: Map<string, number>;
}

export const jobAtWork = new AsyncLocalStorage<JobAtWork>();

type AtPoint = (job: JobAtWork, point: string) => Promise<void>;

type Method = (...values: unknown[]) => unknown;

/** What hands out a cursor instead of waiting. */
const CURSORS = new Set(['find', 'aggregate']);

/**
 * Puts a point before everything a page job waits for, and after what cannot be taken back. Nothing happens between the
 * end of one wait and the beginning of the next, so these are all the states a job can be stopped in. A point has a
 * name of its own within one delivery: the same one has a number from the second time on.
 */
export const makePoints = (atPoint: AtPoint, irrevocable: readonly string[] = []) => {
  const at = async (name: string): Promise<void> => {
    const job = jobAtWork.getStore();
    if (job === undefined) return;
    const times = (job.passed.get(name) ?? 0) + 1;
    job.passed.set(name, times);
    await atPoint(job, times === 1 ? name : `${name} ${times}`);
  };

  const around =
    (name: string, method: Method, self: object): Method =>
    async (...values) => {
      await at(name);
      const result = await method.apply(self, values);
      if (irrevocable.includes(name)) await at(`after ${name}`);
      return result;
    };

  /** Every method of a port or collection that is waited for; a cursor is waited for when it is read. */
  const instrument = <T extends object>(port: string, implementation: T): T =>
    new Proxy(implementation, {
      get(target, key) {
        const member = Reflect.get(target, key) as unknown;
        if (typeof member !== 'function' || typeof key !== 'string') return member;
        const method = member as Method;
        if (!CURSORS.has(key)) return around(`${port}.${key}`, method, target);
        return (...values: unknown[]) => withPointAtRead(`${port}.${key}`, method.apply(target, values) as object);
      },
    });

  const withPointAtRead = (name: string, cursor: object): object =>
    new Proxy(cursor, {
      get(target, key) {
        const method = Reflect.get(target, key) as Method;
        if (key === 'toArray') return around(name, method, target);
        return (...values: unknown[]) => {
          const result = method.apply(target, values);
          return result === target ? withPointAtRead(name, target) : result;
        };
      },
    });

  const instrumentDatabase = (database: Database): Database => ({
    ...database,
    collections: Object.fromEntries(
      Object.entries(database.collections).map(([name, collection]) => [name, instrument(name, collection as object)]),
    ) as unknown as Database['collections'],
    transaction: async (work) => {
      const result = await database.transaction(async (session) => {
        const done = await work(session);
        await at('commit');
        return done;
      });
      await at('after commit');
      return result;
    },
  });

  return { at, instrument, instrumentDatabase };
};
