import DataLoader from 'dataloader';
import type { Collection, Document, Filter, WithId } from 'mongodb';

const MAX_BATCH = 256;

/**
 * Finds documents by id, with one query for all that are asked for in the same turn of the event loop. Nothing is
 * cached: each answer was read after it was asked for.
 */
export const batchedFind = <T extends Document & { readonly _id: string }>(
  collection: Collection<T>,
  projection: Document,
): ((id: string) => Promise<WithId<T> | undefined>) => {
  const query = async (ids: readonly string[]): Promise<(WithId<T> | undefined)[]> => {
    const filter = { _id: { $in: [...new Set(ids)] } } as unknown as Filter<T>;
    const documents = await collection.find(filter, { projection }).toArray();
    const found = new Map(documents.map((document) => [document._id as string, document]));
    return ids.map((id) => found.get(id));
  };
  const loader = new DataLoader(query, { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate });
  return (id) => loader.load(id);
};
