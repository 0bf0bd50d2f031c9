import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMongod, type Mongod } from '@trendpot/local-platform';
import { Binary } from 'mongodb';
import { freshDatabase, someAccount, someCredential, someVideo } from '../test/fixtures.ts';
import { COLLECTION } from './collections.ts';
import { INDEXES } from './indexes.ts';
import { migrate, type AccountDocument, type Collections, type Database } from './index.ts';

let mongod: Mongod;
let database: Database;
const opened: Database[] = [];
const fresh = async (migrated: boolean) => {
  const one = await freshDatabase(mongod.uri, migrated);
  opened.push(one);
  return one;
};
beforeAll(async () => {
  mongod = await startMongod();
  database = await fresh(true);
}, 60_000);
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await (mongod as Mongod | undefined)?.stop();
});

const REFUSED = { code: 121 };

describe('the migration', () => {
  it.each(Object.keys(COLLECTION) as (keyof Collections)[])('gives %s its indexes', async (key) => {
    const names = (await database.collections[key].indexes()).map(({ name }) => name);
    expect(names).toEqual(['_id_', ...INDEXES[key].map(({ name }) => name)]);
  });

  it('may run in several services at once, and again', async () => {
    const one = await fresh(false);
    await Promise.all(Array.from({ length: 5 }, () => migrate(one)));
    await migrate(one);
    const applied = await one.client.db(one.collections.videos.dbName).collection('migrations').find().toArray();
    expect(applied.map(({ _id }) => _id)).toEqual([1, 2, 3]);
    expect(await one.collections.claims.countDocuments()).toBe(0);
  });

  it('takes over from a process that died in it', async () => {
    const one = await fresh(false);
    await one.collections.claims.insertOne({ _id: 'migrate', holder: 'gone', expiresAt: new Date(Date.now() + 300) });
    await migrate(one);
    expect(await one.collections.claims.findOne({ _id: 'migrate' })).toBeNull();
  });

  it('leaves a database alone that a newer release has moved on', async () => {
    const one = await fresh(false);
    const migrations = one.client.db(one.collections.videos.dbName).collection<{ _id: number }>('migrations');
    await migrations.insertOne({ _id: 999 });
    await migrate(one);
    expect(await migrations.countDocuments()).toBe(1);
  });
});

describe('an account', () => {
  it('is stored as its type says', async () => {
    await database.collections.accounts.insertOne(someAccount());
    const { credential: _erased, openId: _gone, ...revoked } = someAccount({ state: 'revoked' });
    await database.collections.accounts.insertOne(revoked);
  });

  it('is connected once per creator', async () => {
    const account = someAccount();
    await database.collections.accounts.insertOne(account);
    const again = database.collections.accounts.insertOne(someAccount({ openId: account.openId as string }));
    await expect(again).rejects.toMatchObject({ code: 11000 });
  });

  it.each<[string, object]>([
    ['a token as text', { credential: { ...someCredential(), accessToken: 'act.plain' } }],
    ['a token beside the credential', { accessToken: 'act.plain' }],
    ['a token beside the sealed ones', { credential: { ...someCredential(), plain: new Binary(Buffer.from('x')) } }],
    ['a raw answer of TikTok', { raw: { access_token: 'act.plain' } }],
    ['a key that is no key', { credential: { ...someCredential(), keyId: 'alias/x' } }],
    ['a state nobody knows', { state: 'paused' }],
    ['an id that could be a wildcard', { _id: 'acc_*' }],
    ['a number that is none', { eventSequence: 'many' }],
    ['profile data nobody asked for', { profile: { displayName: 'x', bio: 'y' } }],
  ])('is refused with %s', async (_what, overrides) => {
    const account = { ...someAccount(), ...overrides };
    await expect(database.collections.accounts.insertOne(account)).rejects.toMatchObject(REFUSED);
  });

  it('is refused without a required field', async () => {
    const { sync: _sync, ...account } = someAccount();
    await expect(database.collections.accounts.insertOne(account as AccountDocument)).rejects.toMatchObject(REFUSED);
  });
});

describe('a video', () => {
  const accountId = someAccount()._id;

  it('is stored once, with whole counts of any size and without those that were never seen', async () => {
    const video = someVideo(accountId);
    await database.collections.videos.insertOne(video);
    await expect(database.collections.videos.insertOne(video)).rejects.toMatchObject({ code: 11000 });
    const stored = await database.collections.videos.findOne({ _id: video._id });
    expect(stored?.counts).toEqual({ views: 2 ** 40, likes: 3 });
  });

  it.each<[string, object]>([
    ['raw markup beside the embed', { embed_html: '<blockquote></blockquote>' }],
    ['raw markup in the embed', { embed: { ...someVideo(accountId).embed, raw: '<blockquote>' } }],
    ['a script for markup', { embed: { ...someVideo(accountId).embed, html: '<script src="x"></script>' } }],
    [
      'a script after the frame',
      { embed: { ...someVideo(accountId).embed, html: '<iframe src="x"></iframe><script></script>' } },
    ],
    ['data of viewers', { viewers: ['u1'] }],
    ['a count that is not one of the four', { counts: { saves: 1 } }],
    ['a fractional count', { counts: { views: 1.5 } }],
    ['a negative count', { counts: { views: -1 } }],
    ['a count of null', { counts: { views: null } }],
    ['an id that is a number', { _id: 7_000_000, tiktokVideoId: 7_000_000 }],
    ['an address that runs code', { shareUrl: 'javascript:alert(1)' }],
  ])('is refused with %s', async (_what, overrides) => {
    const video = { ...someVideo(accountId), ...overrides } as never;
    await expect(database.collections.videos.insertOne(video)).rejects.toMatchObject(REFUSED);
  });
});
