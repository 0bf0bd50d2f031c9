import { describe, expect, it, jest } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { access } from 'node:fs/promises';
import { startMongod } from './mongod.ts';

jest.setTimeout(120_000);

describe('a mongod of a test', () => {
  it('has transactions, and keeps what was committed through a kill and a restart', async () => {
    const server = await startMongod();
    const client = await MongoClient.connect(server.uri);
    const things = client.db('spec').collection('things');
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await things.insertOne({ name: 'first' }, { session });
        await things.insertOne({ name: 'second' }, { session });
      }),
    );
    await server.kill();
    await server.restart();
    expect(await things.countDocuments()).toBe(2);
    await client.close();
    await server.stop();
    await expect(access(server.dataDir)).rejects.toThrow('ENOENT');
  });

  it('says what the server said when it cannot start', async () => {
    const server = await startMongod();
    try {
      await expect(startMongod({ port: server.port, readyWithinMs: 20_000 })).rejects.toMatchObject({
        message: expect.stringContaining('ddress already in use'),
      });
    } finally {
      await server.stop();
    }
  });
});
