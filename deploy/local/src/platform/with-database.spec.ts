import { describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { withDatabase } from './with-database.ts';

describe('the address of a MongoDB that was given', () => {
  it.each([
    ['one host', 'mongodb://localhost:27017', 'mongodb://localhost:27017/trendpot'],
    ['a slash', 'mongodb://localhost:27017/', 'mongodb://localhost:27017/trendpot'],
    ['options', 'mongodb://localhost/?replicaSet=rs', 'mongodb://localhost/trendpot?replicaSet=rs'],
    ['options and no slash', 'mongodb://localhost?replicaSet=rs', 'mongodb://localhost/trendpot?replicaSet=rs'],
    [
      'the members of a replica set',
      'mongodb://user:p%40ss@a:27017,b:27017,c:27018/?replicaSet=rs',
      'mongodb://user:p%40ss@a:27017,b:27017,c:27018/trendpot?replicaSet=rs',
    ],
    ['a service record', 'mongodb+srv://cluster.example', 'mongodb+srv://cluster.example/trendpot'],
    ['a database of its own', 'mongodb://a:27017,b:27017/theirs?w=1', 'mongodb://a:27017,b:27017/theirs?w=1'],
  ])('may have %s, and names a database in the end', (_what, given, expected) => {
    expect(withDatabase(given, 'trendpot')).toBe(expected);
  });

  it('is read by the driver as it was meant', async () => {
    const client = new MongoClient(withDatabase('mongodb://a:27017,b:27018/?replicaSet=rs', 'trendpot'));
    expect(client.options.hosts.map(String)).toEqual(['a:27017', 'b:27018']);
    expect([client.options.dbName, client.options.replicaSet]).toEqual(['trendpot', 'rs']);
    await client.close();
  });
});
