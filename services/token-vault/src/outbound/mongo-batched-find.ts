import type { Collection, Document, Filter, WithId } from 'mongodb';

const MAX_BATCH = 256;

interface Asked<T> {
  readonly resolve: (document: WithId<T> | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Finds documents by id; whoever asks while a query is under way shares the next one. Each answer was read after it was
 * asked for: nothing is cached.
 */
export const batchedFind = <T extends Document & { readonly _id: string }>(
  collection: Collection<T>,
  projection: Document,
): ((id: string) => Promise<WithId<T> | undefined>) => {
  let asked = new Map<string, Asked<T>[]>();
  let busy = false;

  const query = async (batch: Map<string, Asked<T>[]>): Promise<void> => {
    try {
      const filter = { _id: { $in: [...batch.keys()] } } as unknown as Filter<T>;
      const found = new Map<string, WithId<T>>();
      for (const document of await collection.find(filter, { projection }).toArray()) found.set(document._id, document);
      for (const [id, waiting] of batch) for (const { resolve } of waiting) resolve(found.get(id));
    } catch (error) {
      for (const waiting of batch.values()) for (const { reject } of waiting) reject(error);
    }
  };

  const work = async (): Promise<void> => {
    busy = true;
    while (asked.size > 0) {
      const all = [...asked];
      asked = new Map(all.slice(MAX_BATCH));
      await query(new Map(all.slice(0, MAX_BATCH)));
    }
    busy = false;
  };

  return (id) =>
    new Promise((resolve, reject) => {
      const waiting = asked.get(id);
      if (waiting === undefined) asked.set(id, [{ resolve, reject }]);
      else waiting.push({ resolve, reject });
      if (!busy) void work();
    });
};
