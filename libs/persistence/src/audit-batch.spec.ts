import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditChainStart, type AuditEntry, type AuditFact } from '@trendpot/contracts';
import { someAuditEntries } from '@trendpot/testing';
import fc from 'fast-check';
import { startDatabase } from '../test/fixtures.ts';
import {
  auditBatchOf,
  entriesOfBatch,
  findAuditEntries,
  migrate,
  MOST_IN_AUDIT_BATCH,
  type Database,
} from './index.ts';

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
}, 60_000);
afterAll(() => stack.disposeAsync());

type Entries = [AuditEntry, ...AuditEntry[]];

const chainOf = (chain: string, length: number, more: Partial<AuditFact> = {}): Entries =>
  someAuditEntries(auditChainStart(chain), length, more) as Entries;

const refused = { code: 121 };

describe('a batch of audit entries', () => {
  it('has every entry as it was hashed, wherever the chain was cut into batches', () => {
    const text = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 20 }), fc.nat(), (reasons, at) => {
        const facts = chainOf('some.chain', reasons.length).map((entry, index) => ({
          ...entry,
          reason: reasons[index],
        }));
        const cut = 1 + (at % (facts.length - 1));
        const batches = [facts.slice(0, cut), facts.slice(cut)].map((part) => auditBatchOf(part as Entries));
        expect(batches.flatMap(entriesOfBatch)).toEqual(facts);
      }),
    );
  });

  it('is stored whole, the largest too, and found by the account of any of its entries', async () => {
    const entries = chainOf('large', MOST_IN_AUDIT_BATCH);
    await database.collections.auditLogs.insertOne(auditBatchOf(entries));
    const { accountId } = entries[300]!;
    expect(await Array.fromAsync(findAuditEntries(database.collections, { accountId }))).toEqual([entries[300]]);
    expect(await Array.fromAsync(findAuditEntries(database.collections, { chain: 'large' }))).toEqual(entries);
  });

  it('is refused when its place is taken, when it is empty or too large, and when an entry has a field too many', async () => {
    const { auditLogs } = database.collections;
    const batch = auditBatchOf(chainOf('strict', 2));
    await auditLogs.insertOne(batch);
    await expect(auditLogs.insertOne({ ...batch, _id: 'other' })).rejects.toMatchObject({ code: 11000 });
    const other = auditBatchOf(chainOf('other', 1));
    const odd = [
      { ...other, entries: [] },
      auditBatchOf(chainOf('other', MOST_IN_AUDIT_BATCH + 1)),
      { ...other, entries: [{ ...other.entries[0]!, token: 'act.x' }] },
      { ...other, token: 'act.x' },
      { ...other, entries: [{ ...other.entries[0]!, cause: 'act.'.repeat(40) }] },
    ];
    for (const document of odd) await expect(auditLogs.insertOne(document)).rejects.toMatchObject(refused);
  });
});

describe('entries that were documents of their own', () => {
  const migrateAgain = async (): Promise<void> => {
    const { client, collections } = database;
    await client.db(collections.accounts.dbName).collection<{ _id: number }>('migrations').deleteOne({ _id: 3 });
    await migrate(database);
  };

  it('become batches of one, in their places and with their hashes', async () => {
    const { auditLogs } = database.collections;
    await auditLogs.createIndex({ chain: 1, sequence: 1 }, { name: 'chain' });
    const entries = chainOf('of-before', 1_005, { outcome: 'refused', cause: 'E_NEEDS_CONSENT' });
    const documents = entries.map((entry) => ({ _id: `${entry.chain}:${entry.sequence}`, ...entry }));
    await auditLogs.insertMany(documents as never[], { bypassDocumentValidation: true });
    await migrateAgain();
    expect(await Array.fromAsync(findAuditEntries(database.collections, { chain: 'of-before' }))).toEqual(entries);
    expect(await auditLogs.countDocuments({ entries: { $exists: false } })).toBe(0);
    const indexes = (await auditLogs.indexes()).map(({ name }) => name);
    expect(indexes.sort()).toEqual(['_id_', 'accountsOfBatch', 'placeInChain']);
  }, 30_000);

  it('are left alone when that is done again', async () => {
    const stored = () => database.collections.auditLogs.find().sort({ _id: 1 }).toArray();
    const before = await stored();
    await migrateAgain();
    expect(await stored()).toEqual(before);
  });
});
