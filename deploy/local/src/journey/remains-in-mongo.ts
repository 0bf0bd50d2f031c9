import { MongoClient, type Document, type Filter } from 'mongodb';

export interface Names {
  readonly accountId: string;
  /** TikTok's own name of the creator. */
  readonly openId: string | undefined;
}

const ABSENT = { $exists: false };

/**
 * What outlives a disconnect, and in which shape: the account's tombstone, proofs of consent and disconnect, and, until they
 * expire by themselves, what tells a reloaded callback or a repeated webhook that it is late. None of it holds anything of
 * TikTok's. A collection that is not named here may keep nothing.
 */
const MAY_STAY: Readonly<Record<string, Filter<Document>>> = {
  tiktok_accounts: {
    ...{
      state: 'revoked',
      openId: ABSENT,
      credential: ABSENT,
      profile: ABSENT,
      refreshIntent: ABSENT,
      refresh: ABSENT,
    },
    'sync.videos': 0,
    'sync.cursor': ABSENT,
  },
  audit_logs: {},
  consents: {},
  login_intents: { codeVerifier: ABSENT, expiresAt: { $exists: true } },
  webhooks: {},
  /** Where `pruned` and `revoked` lie. */
  published_events: { erasable: false },
};

const naming = ({ accountId, openId }: Names): Filter<Document> => ({
  $or: [
    { _id: accountId as never },
    { accountId },
    { 'tiktok.accountId': accountId },
    ...(openId === undefined ? [] : [{ openId }]),
  ],
});

/** Documents that name the creator and are more than may stay, of every collection of the database. */
export const remainsInMongo = async (mongoUri: string, names: Names): Promise<Record<string, number>> => {
  const client = new MongoClient(mongoUri);
  try {
    const database = client.db();
    const collections = await database.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
    const counts = collections.map(async ({ name }): Promise<[string, number]> => {
      const mayStay = MAY_STAY[name];
      const filter = { $and: [naming(names), ...(mayStay === undefined ? [] : [{ $nor: [mayStay] }])] };
      return [name, await database.collection(name).countDocuments(filter)];
    });
    return Object.fromEntries((await Promise.all(counts)).sort());
  } finally {
    await client.close();
  }
};
