import type { AuditEntry } from '@trendpot/contracts';
import type { AuditDocument, Collections } from '@trendpot/persistence';
import type { ClientSession } from 'mongodb';
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

export const mongoAuditStore = (collections: Collections, keyId: string): AuditStore => ({
  append: async (entries) => {
    const [first] = entries;
    if (first === undefined) return;
    if (first.sequence === 1) await registerChain(collections, first, keyId);
    await collections.auditLogs.insertMany(entries.map(documentOf), { ordered: true });
  },
});
