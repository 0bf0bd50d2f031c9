import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startMongod, type Mongod } from '@trendpot/local-platform';
import { MongoClient } from 'mongodb';
import { batchedFind } from './mongo-batched-find.ts';

interface Thing {
  readonly _id: string;
  readonly size: number;
}

describe('documents that are found by their ids', () => {
  let mongod: Mongod;
  let client: MongoClient;
  let queries = 0;
  beforeAll(async () => {
    mongod = await startMongod();
    client = await MongoClient.connect(mongod.uri, { monitorCommands: true });
    client.on('commandStarted', ({ commandName }) => (queries += commandName === 'find' ? 1 : 0));
  }, 60_000);
  afterAll(async () => {
    await client.close();
    await mongod.stop();
  });

  const things = () => client.db('things').collection<Thing>('things');
  beforeEach(async () => {
    await things().deleteMany({});
    await things().insertMany([
      { _id: 'a', size: 1 },
      { _id: 'b', size: 2 },
    ]);
    queries = 0;
  });

  it('take one query when they are asked for in one moment, each asker its own answer', async () => {
    const find = batchedFind(things(), { size: 1 });
    const found = await Promise.all([find('a'), find('b'), find('nowhere'), find('a')]);
    expect(found.map((thing) => thing?.size)).toEqual([1, 2, undefined, 1]);
    expect(queries).toBe(1);
  });

  it('are read anew whenever they are asked for', async () => {
    const find = batchedFind(things(), { size: 1 });
    await find('a');
    await things().updateOne({ _id: 'a' }, { $set: { size: 7 } });
    expect((await find('a'))?.size).toBe(7);
    await things().deleteOne({ _id: 'a' });
    expect(await find('a')).toBeUndefined();
  });

  it('are all found where more are asked for than one query takes', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `many-${index}`);
    await things().insertMany(ids.map((_id, size) => ({ _id, size })));
    queries = 0;
    const find = batchedFind(things(), { size: 1 });
    const found = await Promise.all(ids.map(find));
    expect(found.map((thing) => thing?.size)).toEqual(ids.map((_, index) => index));
    expect(queries).toBeLessThan(6);
  });

  it('fail for all who asked while the database is away, and are there again afterwards', async () => {
    const away = await MongoClient.connect(mongod.uri);
    const find = batchedFind(away.db('things').collection<Thing>('things'), { size: 1 });
    await away.close();
    const failed = await Promise.allSettled([find('a'), find('b')]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await away.connect();
    expect((await find('a'))?.size).toBe(1);
    await away.close();
  });
});
