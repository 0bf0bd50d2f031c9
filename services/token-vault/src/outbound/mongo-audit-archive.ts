import type { AuditChainDocument, Database } from '@trendpot/persistence';
import type { ArchivedChain, AuditArchive } from '../domain/audit-archive.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';

const toChain = (chain: string, registered: AuditChainDocument | undefined): ArchivedChain => ({
  chain,
  registered: registered !== undefined,
  published: registered?.published ?? 0,
  ...(registered?.removed === undefined ? {} : { cut: registered.removed }),
});

export const mongoAuditArchive = (database: Database, appendAudit: AppendInTransaction): AuditArchive => {
  const { auditChains, auditLogs } = database.collections;
  return {
    chains: async () => {
      // Chains nobody registered are looked at as well: entries must not hide by naming a chain of their own. Those with
      // entries are asked for first, since a chain is registered before it has any.
      const groups = await auditLogs.aggregate<{ _id: string }>([{ $group: { _id: '$chain' } }]).toArray();
      const registered = new Map((await auditChains.find().toArray()).map((chain) => [chain._id, chain]));
      const names = new Set([...registered.keys(), ...groups.map(({ _id }) => _id)]);
      return [...names].sort().map((name) => toChain(name, registered.get(name)));
    },

    entriesOf: ({ chain, cut }) =>
      auditLogs
        .find({ chain, sequence: { $gt: cut?.sequence ?? 0 } }, { projection: { _id: 0 } })
        .sort({ sequence: 1 }),

    hashesOf: async (places) => {
      const ids = places.map(({ chain, sequence }) => `${chain}:${sequence}`);
      const found = await auditLogs.find({ _id: { $in: ids } }, { projection: { hash: 1 } }).toArray();
      return new Map(found.map(({ _id, hash }) => [_id, hash]));
    },

    recordedSince: async (chain, { first, last }, since) => {
      const places = { chain, sequence: { $gte: first, $lte: last }, at: { $gte: since.toISOString() } };
      const ends = ([1, -1] as const).map((sequence) =>
        auditLogs.findOne(places, { sort: { sequence }, projection: { sequence: 1 } }),
      );
      const [start, end] = await Promise.all(ends);
      return start == null || end == null ? undefined : { first: start.sequence, last: end.sequence };
    },

    newestBefore: async ({ chain, published, cut }, before) => {
      const newest = await auditLogs.findOne(
        { chain, sequence: { $gt: cut?.sequence ?? 0, $lte: published }, at: { $lt: before.toISOString() } },
        { sort: { sequence: -1 }, projection: { sequence: 1, hash: 1, at: 1 } },
      );
      if (newest === null) return undefined;
      return { sequence: newest.sequence, hash: newest.hash, at: new Date(newest.at) };
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
      // Cut off here, the next round removes them: they lie before the noted cut.
      await auditLogs.deleteMany({ chain, sequence: { $lte: cut.sequence } });
      return noted;
    },
  };
};
