import type { AuditEntry } from '@trendpot/contracts';

/** What a batch says once for all its entries. */
type SaidOnce = 'version' | 'chain' | 'sequence' | 'previousHash';

/**
 * Entries of one chain that were recorded together, in their order and without a gap. One document for all of them is
 * what lets an opening wait for its record: see docs/adr/0025.
 */
export interface AuditBatchDocument {
  /** Chain and place of its first entry. */
  readonly _id: string;
  readonly version: AuditEntry['version'];
  readonly chain: string;
  /** Place of its first entry in the chain; the others follow. */
  readonly first: number;
  /** Hash of the entry before its first one. */
  readonly previousHash: string;
  readonly entries: readonly Omit<AuditEntry, SaidOnce>[];
}

/** Most entries of a batch; far below what a document may hold. */
export const MOST_IN_AUDIT_BATCH = 512;

/** @param entries of one chain, one after the other; at least one */
export const auditBatchOf = (entries: readonly [AuditEntry, ...AuditEntry[]]): AuditBatchDocument => {
  const [{ version, chain, sequence: first, previousHash }] = entries;
  const recorded = entries.map(
    ({ version: _v, chain: _c, sequence: _s, previousHash: _p, ...entry }): AuditBatchDocument['entries'][number] =>
      entry,
  );
  return { _id: `${chain}:${first}`, version, chain, first, previousHash, entries: recorded };
};

/** The entries as they were hashed, each with its place and the hash of the one before it. */
export const entriesOfBatch = ({ version, chain, first, previousHash, entries }: AuditBatchDocument): AuditEntry[] =>
  entries.map((entry, index) => ({
    ...entry,
    version,
    chain,
    sequence: first + index,
    previousHash: entries[index - 1]?.hash ?? previousHash,
  }));
