import { Binary, type ClientSession, type Db, type Document } from 'mongodb';
import { COLLECTION } from './collections.ts';
import { digestOfDataKey } from './data-key-digest.ts';
import { runTransaction } from './run-transaction.ts';

/** Far below what one transaction may take. */
const BATCH = 200;

interface Holder extends Document {
  readonly _id: string;
  readonly credential: { readonly wrappedDataKey: Binary };
}

/** Puts the digest where the wrapped key was. */
const replaceIn = (at: string, digest: Binary): Document => ({
  $set: { [`${at}.dataKeyDigest`]: digest },
  $unset: { [`${at}.wrappedDataKey`]: '' },
});

const moveBatch = async (database: Db, name: string, session: ClientSession): Promise<number> => {
  const held = await database
    .collection<Holder>(name)
    .find(
      { 'credential.wrappedDataKey': { $exists: true } },
      { session, projection: { 'credential.wrappedDataKey': 1 } },
    )
    .limit(BATCH)
    .toArray();
  if (held.length === 0) return 0;
  const keys = held.map(({ _id, credential: { wrappedDataKey: wrapped } }) => {
    const digest = new Binary(digestOfDataKey(wrapped.buffer.subarray(0, wrapped.position)));
    return { _id, wrapped, digest };
  });
  await database.collection<{ _id: string; wrapped: Binary }>(COLLECTION.dataKeys).bulkWrite(
    keys.map(({ _id, wrapped }) => ({ replaceOne: { filter: { _id }, replacement: { wrapped }, upsert: true } })),
    { session },
  );
  await database.collection<Holder>(name).bulkWrite(
    keys.map(({ _id, digest }) => ({ updateOne: { filter: { _id }, update: replaceIn('credential', digest) } })),
    { session },
  );
  await database.collection(COLLECTION.users).bulkWrite(
    keys.map(({ _id, digest }) => ({
      updateMany: { filter: { 'tiktok.accountId': _id }, update: replaceIn('tiktok.credential', digest) },
    })),
    { session },
  );
  return held.length;
};

/**
 * Takes the wrapped data keys out of the credentials, where they lay beside the tokens they open. Some at a time, each
 * with its credential and the user's mirror in one transaction: no credential is ever without its key.
 */
export const moveDataKeys = async (database: Db): Promise<void> => {
  for (const name of [COLLECTION.accounts, COLLECTION.pendingRevocations]) {
    while ((await runTransaction(database.client, (session) => moveBatch(database, name, session))) > 0);
  }
};
