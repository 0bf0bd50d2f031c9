import type { AuditEntry } from '@trendpot/contracts';
import type { Collection, Db } from 'mongodb';
import { auditBatchOf, type AuditBatchDocument } from './audit-batch.ts';
import { COLLECTION } from './collections.ts';

const AT_ONCE = 1_000;
/** Of entries that were documents of their own. */
const OLD_INDEXES = ['chain', 'account'];
const INDEX_NOT_FOUND = 27;

type StoredApart = AuditEntry & { readonly _id: string };

const dropIndex = async (collection: Collection<AuditBatchDocument>, name: string): Promise<void> => {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    if ((error as { code?: unknown }).code !== INDEX_NOT_FOUND) throw error;
  }
};

/**
 * Turns entries that were documents of their own into batches of one. Each is replaced in its place: none is ever
 * absent, and what is hashed does not change.
 */
export const batchAudit = async (database: Db): Promise<void> => {
  const apart = database.collection<StoredApart>(COLLECTION.auditLogs);
  const batches = database.collection<AuditBatchDocument>(COLLECTION.auditLogs);
  const next = () =>
    apart
      .find({ entries: { $exists: false } } as object, { projection: { _id: 0 } })
      .limit(AT_ONCE)
      .toArray();
  for (let entries = await next(); entries.length > 0; entries = await next()) {
    await batches.bulkWrite(
      entries.map((entry) => {
        const { _id, ...replacement } = auditBatchOf([entry]);
        return { replaceOne: { filter: { _id }, replacement } };
      }),
    );
  }
  for (const name of OLD_INDEXES) await dropIndex(batches, name);
};
