import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMongod, type Mongod } from '@trendpot/local-platform';
import { append, freshDatabase, someAccount } from '../test/fixtures.ts';
import { appendOutbox, type Database } from './index.ts';

let mongod: Mongod;
let database: Database;
beforeAll(async () => {
  mongod = await startMongod();
  database = await freshDatabase(mongod.uri);
}, 60_000);
afterAll(async () => {
  await (database as Database | undefined)?.close();
  await (mongod as Mongod | undefined)?.stop();
});

const newAccount = async (): Promise<string> => {
  const account = someAccount();
  await database.collections.accounts.insertOne(account);
  return account._id;
};
const entriesOf = (accountId: string) =>
  database.collections.outbox.find({ accountId }).sort({ sequence: 1 }).toArray();

describe('the outbox', () => {
  it('numbers the events of an account from 1 without gaps, whatever lies between them', async () => {
    const accountId = await newAccount();
    const job = { subject: `tiktok.jobs.sync.page.${accountId}`, build: (sequence: number) => ({ sequence }) };
    expect(await append(database, accountId, { service: 'token-vault' })).toBe(1);
    expect(await append(database, accountId, job)).toBe(2);
    expect(await append(database, accountId)).toBe(2);
    expect(await append(database, accountId, job)).toBe(4);
    expect(await append(database, accountId, { subject: 'tiktok.accounts.update' })).toBe(3);
    expect((await entriesOf(accountId)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('holds the body as built, the message id being the id the body was built with', async () => {
    const accountId = await newAccount();
    const at = new Date('2030-01-01T00:00:00Z');
    const target = `tiktok.jobs.refresh.${accountId}`;
    await append(database, accountId, { build: (sequence, id) => ({ sequence, id }), schedule: { at, target } });
    const [entry] = await entriesOf(accountId);
    expect(JSON.parse(entry?.body ?? '')).toEqual({ sequence: 1, id: entry?._id });
    expect(entry?.schedule).toEqual({ at, target });
  });

  it('keeps nothing of a transaction that failed, and its number is given again', async () => {
    const accountId = await newAccount();
    const failing = database.transaction(async (session) => {
      await appendOutbox(database.collections, session, {
        accountId,
        service: 'ingestion',
        subject: 'tiktok.videos.update',
        build: () => ({}),
      });
      throw new Error('the page could not be stored');
    });
    await expect(failing).rejects.toThrow('the page could not be stored');
    expect(await append(database, accountId)).toBe(1);
    expect(await entriesOf(accountId)).toHaveLength(1);
  });

  it('gives every one of many transactions at once a number of its own', async () => {
    const accountId = await newAccount();
    const numbers = await Promise.all(Array.from({ length: 12 }, () => append(database, accountId)));
    expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  it('refuses to publish for an account that does not exist', async () => {
    await expect(append(database, someAccount()._id)).rejects.toMatchObject({ code: 'E_ACCOUNT_NOT_FOUND' });
  });
});
