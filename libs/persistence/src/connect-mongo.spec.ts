import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import type { Mongod } from '@trendpot/local-platform';
import { someAccount, startDatabase } from '../test/fixtures.ts';
import { connectMongo, type Database } from './index.ts';

const stack = new AsyncDisposableStack();
let mongod: Mongod;
let database: Database;
beforeAll(async () => {
  ({ mongod, database } = stack.use(await startDatabase()));
}, 60_000);
afterAll(() => stack.disposeAsync());

describe('a connection', () => {
  it('uses the database of the address, and `trendpot` when it names none', async () => {
    expect(database.collections.accounts.dbName).toMatch(/^test_/);
    const unnamed = await connectMongo({ uri: mongod.uri, applicationName: 'spec' });
    expect(unnamed.collections.videos.dbName).toBe('trendpot');
    await unnamed.close();
  });

  it('waits for a majority and the journal with every write', () => {
    expect(database.client.writeConcern).toMatchObject({ w: 'majority', journal: true });
  });

  it('says that the database is unavailable when nothing answers', async () => {
    const attempt = connectMongo({ uri: 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300', applicationName: 'x' });
    await expect(attempt).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
  }, 10_000);

  it('matches nothing when an id was forgotten', async () => {
    await database.collections.accounts.insertOne(someAccount());
    expect(await database.collections.accounts.countDocuments({ _id: undefined as never })).toBe(0);
  });
});

describe('a transaction', () => {
  it('leaves nothing behind when its work throws, and hands the error back as it was', async () => {
    const account = someAccount();
    const error = new PlatformError('E_ACCOUNT_REVOKED', 'gone');
    const work = database.transaction(async (session) => {
      await database.collections.accounts.insertOne(account, { session });
      throw error;
    });
    await expect(work).rejects.toBe(error);
    expect(await database.collections.accounts.findOne({ _id: account._id })).toBeNull();
  });

  const increment = (accountId: string, wrap: (error: unknown) => unknown, onRun: () => void) =>
    database.transaction(async (session) => {
      onRun();
      const account = await database.collections.accounts.findOne({ _id: accountId }, { session });
      try {
        await database.collections.accounts.updateOne(
          { _id: accountId },
          { $set: { eventSequence: (account?.eventSequence ?? 0) + 1 } },
          { session },
        );
      } catch (error) {
        throw wrap(error);
      }
    });

  it.each<[string, (error: unknown) => unknown]>([
    ['as the driver throws it', (error) => error],
    ['wrapped in an error of ours', (cause) => new PlatformError('E_INTERNAL', 'write failed', { cause })],
  ])('runs again when another one was quicker, the conflict %s', async (_how, wrap) => {
    const account = someAccount();
    await database.collections.accounts.insertOne(account);
    let runs = 0;
    await Promise.all(Array.from({ length: 4 }, () => increment(account._id, wrap, () => (runs += 1))));
    const stored = await database.collections.accounts.findOne({ _id: account._id });
    expect(stored?.eventSequence).toBe(4);
    expect(runs).toBeGreaterThan(4);
  });
});
