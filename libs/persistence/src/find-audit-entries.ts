import type { AuditEntry } from '@trendpot/contracts';
import { entriesOfBatch } from './audit-batch.ts';
import type { Collections } from './collections.ts';

type Compared = 'action' | 'requestId' | 'accountId' | 'operation' | 'caller' | 'outcome' | 'hash';

/** Entries that are equal to it in everything it names. */
export type AuditQuery = { readonly [F in Compared | 'chain']?: AuditEntry[F] };

/** Entries in `audit_logs`, chain by chain and in their order. By account there is an index. */
export async function* findAuditEntries(
  { auditLogs }: Pick<Collections, 'auditLogs'>,
  { chain, ...query }: AuditQuery,
): AsyncGenerator<AuditEntry> {
  const fields = Object.entries(query).filter(([, value]) => value !== undefined);
  const batches = auditLogs.find({
    first: { $gte: 1 },
    ...(chain === undefined ? {} : { chain }),
    ...(fields.length === 0 ? {} : { entries: { $elemMatch: Object.fromEntries(fields) } }),
  });
  for await (const batch of batches.sort({ chain: 1, first: 1 })) {
    for (const entry of entriesOfBatch(batch)) {
      if (fields.every(([name, value]) => entry[name as Compared] === value)) yield entry;
    }
  }
}
