import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newMessageId, newUserId } from '@trendpot/contracts';
import { Binary } from 'mongodb';
import { randomBytes } from 'node:crypto';
import { someAccount, someCredential, startDatabase } from '../test/fixtures.ts';
import { digestOfDataKey, migrate, type Database, type SealedCredential } from './index.ts';

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
}, 60_000);
afterAll(() => stack.disposeAsync());

const bytesOf = ({ buffer, position }: Binary): Buffer => Buffer.from(buffer.subarray(0, position));

/** A credential as it was stored when its data key lay beside the tokens. */
const credentialOfBefore = (): SealedCredential & { readonly wrappedDataKey: Binary } => {
  const { dataKeyDigest: _later, ...credential } = someCredential();
  return { ...credential, wrappedDataKey: new Binary(randomBytes(184)) };
};

const migrateAgain = async (): Promise<void> => {
  await database.client
    .db(database.collections.accounts.dbName)
    .collection<{ _id: number }>('migrations')
    .deleteOne({ _id: 2 });
  await migrate(database);
};

it('moves every wrapped data key out of the credentials, more than fit one transaction, and their mirrors too', async () => {
  const { accounts, users, pendingRevocations, dataKeys } = database.collections;
  const before = Array.from({ length: 205 }, () => someAccount({ credential: credentialOfBefore() }));
  await accounts.insertMany(before);
  await users.insertMany(
    before.map(({ _id: accountId, userId, credential = someCredential() }) => ({
      _id: userId,
      tiktok: { accountId, credential },
      createdAt: new Date(),
      updatedAt: new Date(),
    })),
  );
  const leaving = someAccount();
  await pendingRevocations.insertOne({
    _id: leaving._id,
    requestId: newMessageId(),
    openIdDigest: 'a'.repeat(64),
    credential: credentialOfBefore(),
    attempts: 0,
    dueAt: new Date(),
    keepUntil: new Date(),
    fence: 0,
    createdAt: new Date(),
  });
  const untouched = someAccount();
  await accounts.insertOne(untouched);
  await users.insertOne({ _id: newUserId(), createdAt: new Date(), updatedAt: new Date() });

  await migrateAgain();

  expect(await dataKeys.countDocuments()).toBe(before.length + 1);
  for (const { _id, userId, credential } of before) {
    const { wrappedDataKey, ...kept } = credential as ReturnType<typeof credentialOfBefore>;
    const moved = { ...kept, dataKeyDigest: new Binary(digestOfDataKey(bytesOf(wrappedDataKey))) };
    expect((await accounts.findOne({ _id }))?.credential).toEqual(moved);
    expect((await users.findOne({ _id: userId }))?.tiktok?.credential).toEqual(moved);
    expect((await dataKeys.findOne({ _id }))?.wrapped).toEqual(wrappedDataKey);
  }
  expect((await pendingRevocations.findOne({ _id: leaving._id }))?.credential.wrappedDataKey).toBeUndefined();
  expect(await accounts.findOne({ _id: untouched._id })).toEqual(untouched);
}, 60_000);

it('changes nothing when it runs again', async () => {
  const { accounts, dataKeys } = database.collections;
  const stored = async () => [await accounts.find().toArray(), await dataKeys.find().toArray()];
  const before = await stored();
  await migrateAgain();
  expect(await stored()).toEqual(before);
});
