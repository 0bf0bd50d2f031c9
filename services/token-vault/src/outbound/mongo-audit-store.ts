import { PlatformError, type AuditEntry } from '@trendpot/contracts';
import {
  auditDocumentOf,
  registerAuditChain,
  type AuditChainWriter,
  type AuditDocument,
  type Collections,
} from '@trendpot/persistence';
import type { ClientSession, Collection } from 'mongodb';
import type { AuditStore } from '../domain/ports.ts';

const writerUnder = (keyId: string): AuditChainWriter => ({ service: 'token-vault', keyId });

/** Adds the entry to the transaction of what it speaks of. */
export type AppendInTransaction = (session: ClientSession, entry: AuditEntry) => Promise<void>;

export const makeAppendInTransaction =
  (collections: Collections, keyId: string): AppendInTransaction =>
  async (session, entry) => {
    if (entry.sequence === 1) await registerAuditChain(collections, entry, writerUnder(keyId), session);
    await collections.auditLogs.insertOne(auditDocumentOf(entry), { session });
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
    if (first.sequence === 1) await registerAuditChain(collections, first, writerUnder(keyId));
    await insertAll(collections.auditLogs, entries.map(auditDocumentOf));
    onStored(entries);
  },
});
