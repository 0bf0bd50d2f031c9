import type { AuditEntry } from '@trendpot/contracts';
import {
  entriesOfBatch,
  MOST_IN_AUDIT_BATCH,
  type AuditBatchDocument,
  type AuditChainDocument,
  type Database,
} from '@trendpot/persistence';
import type { Filter } from 'mongodb';
import { placeOf, type ArchivedChain, type AuditArchive } from '../domain/audit/audit-archive.ts';
import type { Range } from '../domain/audit/ranges.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';

const toChain = (chain: string, registered: AuditChainDocument | undefined): ArchivedChain => ({
  chain,
  registered: registered !== undefined,
  published: registered?.published ?? 0,
  ...(registered?.removed === undefined ? {} : { cut: registered.removed }),
});

/** Batches in which places from `first` to `last` may lie. */
const batchesOver = (chain: string, { first, last }: Range): Filter<AuditBatchDocument> => ({
  chain,
  first: { $gt: first - MOST_IN_AUDIT_BATCH, $lte: last },
});

/** From the lowest place of each chain to the highest. */
const spansOf = (places: readonly { readonly chain: string; readonly sequence: number }[]): Map<string, Range> => {
  const spans = new Map<string, Range>();
  for (const { chain, sequence } of places) {
    const { first, last } = spans.get(chain) ?? { first: sequence, last: sequence };
    spans.set(chain, { first: Math.min(first, sequence), last: Math.max(last, sequence) });
  }
  return spans;
};

export const mongoAuditArchive = (database: Database, appendAudit: AppendInTransaction): AuditArchive => {
  const { auditChains, auditLogs } = database.collections;

  const entriesIn = async function* (
    filter: Filter<AuditBatchDocument>,
    order: 1 | -1 = 1,
  ): AsyncGenerator<AuditEntry> {
    for await (const batch of auditLogs.find(filter).sort({ first: order })) {
      const entries = entriesOfBatch(batch);
      yield* order === 1 ? entries : entries.reverse();
    }
  };

  const removeBefore: AuditArchive['removeBefore'] = async (chain, cut) =>
    void (await auditLogs.deleteMany({ chain, first: { $lte: cut.sequence } }));

  return {
    chains: async () => {
      // Chains nobody registered are looked at as well: entries must not hide by naming a chain of their own. Those with
      // entries are asked for first, since a chain is registered before it has any.
      const groups = await auditLogs.aggregate<{ _id: string }>([{ $group: { _id: '$chain' } }]).toArray();
      const registered = new Map((await auditChains.find().toArray()).map((chain) => [chain._id, chain]));
      const names = new Set([...registered.keys(), ...groups.map(({ _id }) => _id)]);
      return [...names].sort().map((name) => toChain(name, registered.get(name)));
    },

    entriesOf: ({ chain, cut }) => entriesIn({ chain, first: { $gt: cut?.sequence ?? 0 } }),

    hashesOf: async (places) => {
      const hashes = new Map<string, string>();
      for (const [chain, span] of spansOf(places)) {
        const projection = { first: 1, 'entries.hash': 1 };
        for await (const { first, entries } of auditLogs.find(batchesOver(chain, span), { projection })) {
          for (const [index, { hash }] of entries.entries())
            hashes.set(placeOf({ chain, sequence: first + index }), hash);
        }
      }
      return hashes;
    },

    recordedSince: async (chain, span, since) => {
      const from = since.toISOString();
      const ends = ([1, -1] as const).map(async (order) => {
        for await (const { sequence, at } of entriesIn(batchesOver(chain, span), order)) {
          if (sequence >= span.first && sequence <= span.last && at >= from) return sequence;
        }
        return undefined;
      });
      const [first, last] = await Promise.all(ends);
      return first === undefined || last === undefined ? undefined : { first, last };
    },

    newestBefore: async ({ chain, published, cut }, before) => {
      const newest = await auditLogs.findOne(
        {
          chain,
          first: { $gt: cut?.sequence ?? 0, $lte: published },
          entries: { $not: { $elemMatch: { at: { $gte: before.toISOString() } } } },
        },
        { sort: { first: -1 } },
      );
      const last = newest === null ? undefined : entriesOfBatch(newest).at(-1);
      return last === undefined ? undefined : { sequence: last.sequence, hash: last.hash, at: new Date(last.at) };
    },

    cut: async (chain, cut, entry) => {
      const noted = await database.transaction(async (session) => {
        const { matchedCount } = await auditChains.updateOne(
          { _id: chain, $or: [{ removed: { $exists: false } }, { 'removed.sequence': { $lt: cut.sequence } }] },
          { $set: { removed: cut } },
          { session },
        );
        if (matchedCount === 0) return undefined;
        await appendAudit(session, entry);
        return true as const;
      });
      await removeBefore(chain, cut);
      return noted;
    },

    removeBefore,
  };
};
