import { PlatformError, type AuditEntry } from '@trendpot/contracts';
import {
  auditBatchOf,
  MOST_IN_AUDIT_BATCH,
  registerAuditChain,
  type AuditBatchDocument,
  type AuditChainWriter,
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
    await collections.auditLogs.insertOne(auditBatchOf([entry]), { session });
  };

/**
 * One plain `insert`, without the driver's bulk machinery. It is not repeated by the driver either, and need not be: a
 * batch of unknown fate ends its chain.
 */
const insertBatch = async (auditLogs: Collection<AuditBatchDocument>, batch: AuditBatchDocument): Promise<void> => {
  const command = {
    insert: auditLogs.collectionName,
    documents: [batch],
    writeConcern: { w: 'majority', j: true },
  };
  const answer = await auditLogs.db.command(command);
  const { n, writeErrors, writeConcernError } = answer as InsertAnswer;
  if (n === 1 && writeErrors === undefined && writeConcernError === undefined) return;
  throw new PlatformError('E_VAULT_AUDIT_UNAVAILABLE', 'a batch of audit entries was not stored');
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
  mostAtOnce: MOST_IN_AUDIT_BATCH,
  append: async (entries) => {
    const [first, ...others] = entries;
    if (first === undefined) return;
    if (first.sequence === 1) await registerAuditChain(collections, first, writerUnder(keyId));
    await insertBatch(collections.auditLogs, auditBatchOf([first, ...others]));
    onStored(entries);
  },
});
