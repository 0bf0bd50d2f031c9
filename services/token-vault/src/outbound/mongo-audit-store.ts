import { PlatformError, type AuditEntry } from '@trendpot/contracts';
import type { AuditDocument, Collections } from '@trendpot/persistence';
import type { ClientSession, Collection } from 'mongodb';
import type { AuditStore } from '../domain/ports.ts';

const SERVICE = 'token-vault';

const documentOf = (entry: AuditEntry): AuditDocument => ({ _id: `${entry.chain}:${entry.sequence}`, ...entry });

/** The chain is registered before its first entry is there, so that none can lie unnoticed. */
const registerChain = async (
  { auditChains }: Collections,
  { chain, at }: AuditEntry,
  keyId: string,
  session?: ClientSession,
): Promise<void> => {
  const begun = new Date(at);
  await auditChains.updateOne(
    { _id: chain },
    { $setOnInsert: { service: SERVICE, keyId, startedAt: begun, seenAt: begun, published: 0 } },
    { upsert: true, ...(session === undefined ? {} : { session }) },
  );
};

/** Adds the entry to the transaction of what it speaks of. */
export type AppendInTransaction = (session: ClientSession, entry: AuditEntry) => Promise<void>;

export const makeAppendInTransaction =
  (collections: Collections, keyId: string): AppendInTransaction =>
  async (session, entry) => {
    if (entry.sequence === 1) await registerChain(collections, entry, keyId, session);
    await collections.auditLogs.insertOne(documentOf(entry), { session });
  };

/**
 * One plain `insert`, without the driver's bulk machinery, which costs more than the rest of a recorded opening. It is
 * not repeated by the driver either, and need not be: a batch of unknown fate ends its chain.
 */
const insertAll = async (auditLogs: Collection<AuditDocument>, documents: readonly AuditDocument[]): Promise<void> => {
  const command = {
    insert: auditLogs.collectionName,
    documents,
    ordered: true,
    writeConcern: { w: 'majority', j: true },
  };
  const answer = await auditLogs.db.command(command);
  const { n, writeErrors, writeConcernError } = answer as InsertAnswer;
  if (n === documents.length && writeErrors === undefined && writeConcernError === undefined) return;
  throw new PlatformError('E_VAULT_AUDIT_UNAVAILABLE', `${n} of ${documents.length} audit entries were stored`);
};

interface InsertAnswer {
  readonly n: number;
  readonly writeErrors?: unknown;
  readonly writeConcernError?: unknown;
}

export const mongoAuditStore = (
  collections: Collections,
  keyId: string,
  onStored: (entries: readonly AuditEntry[]) => void,
): AuditStore => ({
  append: async (entries) => {
    const [first] = entries;
    if (first === undefined) return;
    if (first.sequence === 1) await registerChain(collections, first, keyId);
    await insertAll(collections.auditLogs, entries.map(documentOf));
    onStored(entries);
  },
});
