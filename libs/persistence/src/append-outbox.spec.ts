import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refreshJobSubject, refreshScheduleSubject, SUBJECT } from '@trendpot/contracts';
import { addAccount, append, someAccount, startDatabase } from '../test/fixtures.ts';
import { appendOutbox, updateAccountAndAppend, type Database } from './index.ts';

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
}, 60_000);
afterAll(() => stack.disposeAsync());

const newAccount = (): Promise<string> => addAccount(database);
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

describe('an account and what is to be published about it', () => {
  const entry = (subject: string) => ({
    service: 'ingestion' as const,
    subject,
    build: (sequence: number, id: string) => ({ sequence, id }),
  });
  const change = (accountId: string, videos: number, subjects: readonly string[]) =>
    database.transaction((session) =>
      updateAccountAndAppend(
        database.collections,
        session,
        accountId,
        { $set: { state: 'healthy' }, $inc: { 'sync.videos': videos } },
        subjects.map(entry),
      ),
    );
  const kinds = (accountId: string) => [
    SUBJECT.videosUpdate,
    refreshJobSubject(accountId),
    SUBJECT.accountsUpdate,
    refreshScheduleSubject(accountId),
    SUBJECT.videosUpdate,
  ];

  it('change in one step: entries in the order given, events numbered by themselves, all else by its place', async () => {
    const accountId = await newAccount();
    expect((await change(accountId, 3, kinds(accountId))).given).toEqual([1, 2, 2, 4, 3]);
    expect((await change(accountId, 2, kinds(accountId))).given).toEqual([4, 7, 5, 9, 6]);
    const entries = await entriesOf(accountId);
    expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
    expect(entries.map(({ subject }) => subject)).toEqual([...kinds(accountId), ...kinds(accountId)]);
    for (const { _id, body } of entries) expect(JSON.parse(body)).toMatchObject({ id: _id });
    expect(await database.collections.accounts.findOne({ _id: accountId })).toMatchObject({
      state: 'healthy',
      sync: { videos: 5 },
      eventSequence: 6,
      outboxSequence: 10,
    });
  });

  it('change even if nothing is to be published', async () => {
    const accountId = await newAccount();
    expect((await change(accountId, 1, [])).entries).toEqual([]);
    expect(await database.collections.accounts.findOne({ _id: accountId })).toMatchObject({ sync: { videos: 1 } });
    expect(await entriesOf(accountId)).toEqual([]);
  });

  it('keep the entries of each of many transactions together, without a gap or a number given twice', async () => {
    const accountId = await newAccount();
    const appended = await Promise.all(Array.from({ length: 8 }, () => change(accountId, 1, kinds(accountId))));
    const entries = await entriesOf(accountId);
    expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    const events = entries.filter(({ subject }) => subject.endsWith('.update'));
    const numbers = events.map(({ body }) => (JSON.parse(body) as { sequence: number }).sequence);
    expect(numbers).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
    for (const { given: numbers } of appended) {
      const [first = 0, ...rest] = numbers;
      const [place = 0] = rest;
      expect(rest).toEqual([place, first + 1, place + 2, first + 2]);
    }
    expect(await database.collections.accounts.findOne({ _id: accountId })).toMatchObject({ sync: { videos: 8 } });
  });

  it('stay as they were when the account is gone, or the transaction fails', async () => {
    const accountId = await newAccount();
    await expect(change('acc_00000000000000000000', 1, kinds(accountId))).rejects.toMatchObject({
      code: 'E_ACCOUNT_NOT_FOUND',
    });
    const failing = database.transaction(async (session) => {
      await updateAccountAndAppend(database.collections, session, accountId, { $set: { state: 'syncing' } }, [
        entry(SUBJECT.accountsUpdate),
      ]);
      throw new Error('the page could not be stored');
    });
    await expect(failing).rejects.toThrow();
    expect(await database.collections.accounts.findOne({ _id: accountId })).toMatchObject({
      state: 'connected',
      eventSequence: 0,
    });
    expect(await entriesOf(accountId)).toEqual([]);
  });
});
