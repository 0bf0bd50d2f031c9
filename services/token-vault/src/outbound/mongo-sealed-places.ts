import type { Database, SealedCredential } from '@trendpot/persistence';
import type { Collection, Document } from 'mongodb';
import type { KeyUse, SealedPlace, SealedPlaces } from '../domain/rewrap/sealed-places.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import { toDocument } from './mongo-credential.ts';
import type { MongoDataKeys } from './mongo-data-keys.ts';

/** A writer not seen for longer is gone. */
const ALIVE_WITHIN_MS = 120_000;

interface Holder extends Document {
  readonly _id: string;
  readonly credential?: SealedCredential;
}

/** A process has several chains, and an entry of its own: `token-vault.<holder>`, then what tells its chains apart. */
const processOf = (chain: string): string => chain.split('.').slice(0, 2).join('.');

export const mongoSealedPlaces = (
  database: Database,
  appendAudit: AppendInTransaction,
  dataKeys: MongoDataKeys,
): SealedPlaces => {
  const { accounts, pendingRevocations, users, auditChains } = database.collections;
  const holders: Record<SealedPlace, Collection<Holder>> = {
    accounts: accounts as unknown as Collection<Holder>,
    'pending-revocations': pendingRevocations as unknown as Collection<Holder>,
  };

  const countByKey = async (place: SealedPlace): Promise<readonly [string, number][]> => {
    const groups = await holders[place]
      .aggregate<{ _id: string; count: number }>([
        { $match: { credential: { $exists: true } } },
        { $group: { _id: '$credential.keyId', count: { $sum: 1 } } },
      ])
      .toArray();
    return groups.map(({ _id, count }) => [_id, count]);
  };

  const credentialOf = async (place: SealedPlace, _id: string): Promise<SealedCredential | undefined> =>
    (await holders[place].findOne({ _id }, { projection: { credential: 1 } }))?.credential;

  return {
    notUnder: async (keyId, place, after, limit) => {
      const found = await holders[place]
        .find(
          {
            'credential.keyId': { $exists: true, $ne: keyId },
            ...(after === undefined ? {} : { _id: { $gt: after } }),
          },
          { projection: { credential: 1 } },
        )
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      const sealed = found.flatMap(({ _id, credential }) => (credential === undefined ? [] : [{ _id, credential }]));
      return Promise.all(
        sealed.map(async ({ _id, credential }) => ({
          place,
          accountId: _id,
          credential: await dataKeys.attach(_id, credential, () => credentialOf(place, _id)),
        })),
      );
    },

    replace: (old, credential, entry) =>
      database.transaction(async (session) => {
        const document = toDocument(credential);
        const { matchedCount } = await holders[old.place].updateOne(
          {
            _id: old.accountId,
            'credential.generation': old.credential.generation,
            'credential.keyId': old.credential.keyId,
          },
          { $set: { credential: document } },
          { session },
        );
        if (matchedCount === 0) return undefined;
        await dataKeys.store(session, old.accountId, credential);
        if (old.place === 'accounts') {
          await users.updateOne(
            { 'tiktok.accountId': old.accountId },
            { $set: { 'tiktok.credential': document } },
            { session },
          );
        }
        await appendAudit(session, entry);
        return true;
      }),

    census: async () => {
      const uses = new Map<string, { credentials: number; writers: Set<string> }>();
      const of = (keyId: string) => {
        const use = uses.get(keyId) ?? { credentials: 0, writers: new Set<string>() };
        uses.set(keyId, use);
        return use;
      };
      for (const place of ['accounts', 'pending-revocations'] as const) {
        for (const [keyId, count] of await countByKey(place)) of(keyId).credentials += count;
      }
      const alive = new Date(Date.now() - ALIVE_WITHIN_MS);
      for await (const { _id, keyId } of auditChains.find({ seenAt: { $gt: alive }, keyId: { $exists: true } })) {
        if (keyId !== undefined) of(keyId).writers.add(processOf(_id));
      }
      return [...uses].map(([keyId, { credentials, writers }]): KeyUse => ({
        keyId,
        credentials,
        writers: writers.size,
      }));
    },
  };
};
