import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendTogether, someAccount, startDatabase } from '../test/fixtures.ts';
import type { Database, OutboxDocument } from './index.ts';
import { settlePublished } from './settle-published.ts';

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
}, 60_000);
afterAll(() => stack.disposeAsync());

const STREAM = 'TIKTOK_EVENTS';
const appended = async (count: number): Promise<readonly OutboxDocument[]> => {
  const account = someAccount();
  await database.collections.accounts.insertOne(account);
  return (await appendTogether(database, account._id, count)).appended.entries;
};
const settle = (entries: readonly OutboxDocument[], from: number) =>
  settlePublished(
    database.collections,
    entries.map((entry, index) => ({ entry, published: { stream: STREAM, sequence: from + index } })),
  );
const eventsAt = async (...sequences: number[]) => {
  const ids = sequences.map((sequence) => `${STREAM}:${sequence}`);
  const records = await database.collections.publishedEvents.find({ _id: { $in: ids } }).toArray();
  return ids.map((id) => records.find(({ _id }) => _id === id)?.eventId);
};

describe('what was published', () => {
  it('is on record once, however often it is settled', async () => {
    const entries = await appended(3);
    await settle(entries.slice(0, 2), 1);
    await settle(entries, 1);
    expect(await eventsAt(1, 2, 3)).toEqual(entries.map(({ _id }) => _id));
    expect(await database.collections.outbox.countDocuments()).toBe(0);
  });

  it('is found by a disconnect where it lies now, although a stream that is gone had something else there', async () => {
    const [before, after] = [await appended(1), await appended(2)];
    await settle(before, 10);
    await settle(after, 10);
    expect(await eventsAt(10, 11)).toEqual(after.map(({ _id }) => _id));
  });

  it('is erased with its account, whatever a creator has written; but not what tells others to forget the account', async () => {
    const bodies = [
      { data: { change: 'synced', videos: [{ caption: '"change":"pruned"' }] } },
      { data: { change: 'synced', videos: [{ change: 'pruned' }] } },
      { data: { change: 'pruned' } },
      { data: { change: 'revoked' } },
    ];
    const entries = await appended(bodies.length);
    await settle(
      entries.map((entry, index) => ({ ...entry, body: JSON.stringify(bodies[index]) })),
      20,
    );
    const records = await database.collections.publishedEvents.find({ streamSequence: { $gte: 20 } }).toArray();
    const erasable = records.sort((one, other) => one.streamSequence - other.streamSequence).map((one) => one.erasable);
    expect(erasable).toEqual([true, true, false, false]);
  });
});
