import { afterAll, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { reachablePort } from './index.ts';

describe('a port on a database that cannot be reached', () => {
  const client = new MongoClient('mongodb://127.0.0.1:9', { serverSelectionTimeoutMS: 200 });
  const things = client.db('spec').collection('things');
  afterAll(() => client.close());

  const refusal = new TypeError('a fault of its own');
  const port = reachablePort({
    limit: 3,
    count: () => things.countDocuments(),
    all: () => things.find(),
    refuse: async () => {
      throw refusal;
    },
    double: (number: number) => number * 2,
  });

  it('says so from the method that asks', async () => {
    await expect(port.count()).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
  });

  it('hands on every other error, and whatever is no promise, as it is', async () => {
    await expect(port.refuse()).rejects.toBe(refusal);
    expect(port.double(port.limit)).toBe(6);
    expect(port.all().next).toBeInstanceOf(Function);
  });
});
