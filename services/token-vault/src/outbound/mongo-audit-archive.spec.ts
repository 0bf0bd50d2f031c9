import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditChainStart, type AuditEntry, type AuditHead } from '@trendpot/contracts';
import type { AuditBatchDocument } from '@trendpot/persistence';
import { someAuditEntries } from '@trendpot/testing';
import type { UpdateFilter } from 'mongodb';
import { startVaultLab, type VaultLab } from '../../test/vault-lab.ts';
import type { ArchivedChain } from '../domain/audit/audit-archive.ts';
import { makeAuditTrail } from '../domain/audit/audit-trail.ts';
import { makeCutAudit } from '../domain/audit/cut-audit.ts';
import { verifyChain } from '../domain/audit/verify-chain.ts';
import { mongoAuditArchive } from './mongo-audit-archive.ts';
import { makeAppendInTransaction, mongoAuditStore } from './mongo-audit-store.ts';

const stack = new AsyncDisposableStack();
let lab: VaultLab;
beforeAll(async () => {
  lab = stack.use(await startVaultLab());
}, 60_000);
afterAll(() => stack.disposeAsync());

const DAY_MS = 86_400_000;
const START = new Date('2026-01-01T00:00:00.000Z');
const onDay = (day: number): Date => new Date(START.getTime() + day * DAY_MS);

const batchAfter = (head: AuditHead, length: number, at: Date): AuditEntry[] =>
  someAuditEntries(head, length, { at: at.toISOString() });

const open = () => ({
  store: mongoAuditStore(lab.database.collections, lab.kmsKeyId, () => undefined),
  archive: mongoAuditArchive(lab.database, makeAppendInTransaction(lab.database.collections, lab.kmsKeyId)),
});

/** Three batches, of 3, 4 and 2 entries, one a day. */
const threeBatches = async (name: string) => {
  const { store, archive } = open();
  const chain: ArchivedChain = { chain: name, registered: true, published: 9 };
  const entries: AuditEntry[] = [];
  for (const [day, length] of [3, 4, 2].entries()) {
    const batch = batchAfter(entries.at(-1) ?? auditChainStart(name), length, onDay(day));
    await store.append(batch);
    entries.push(...batch);
  }
  return { archive, chain, entries };
};

describe('a chain that was stored in batches', () => {
  it('loses what lies before a noted cut with the next round, when the removal itself was cut off', async () => {
    const { archive, entries } = await threeBatches('cut-off');
    const { auditChains, auditLogs } = lab.database.collections;
    const removed = { sequence: 3, hash: entries[2]!.hash, at: onDay(0) };
    await auditChains.updateOne({ _id: 'cut-off' }, { $set: { removed } });
    const nothing = makeAuditTrail(open().store, (kind) => `token-vault.unused.${kind}`);
    await makeCutAudit(archive, nothing, () => START, DAY_MS)();
    const left = await auditLogs.find({ chain: 'cut-off' }).sort({ first: 1 }).toArray();
    expect(left.map(({ first }) => first)).toEqual([4, 8]);
  });

  it('is read entry by entry, whole and from where retention has cut it', async () => {
    const { archive, chain, entries } = await threeBatches('read');
    expect(await Array.fromAsync(archive.entriesOf(chain))).toEqual(entries);
    const cut = { sequence: 3, hash: entries[2]!.hash, at: onDay(0) };
    expect(await Array.fromAsync(archive.entriesOf({ ...chain, cut }))).toEqual(entries.slice(3));
  });

  it('tells the hash of any place, in whichever batch it lies', async () => {
    const { archive, entries } = await threeBatches('hashes');
    const asked = [entries[1]!, entries[6]!, { chain: 'hashes', sequence: 12 }];
    const hashes = await archive.hashesOf(asked);
    expect(asked.map(({ chain, sequence }) => hashes.get(`${chain}:${sequence}`))).toEqual([
      entries[1]!.hash,
      entries[6]!.hash,
      undefined,
    ]);
  });

  it('tells which places of a span were recorded since a day, across batches', async () => {
    const { archive } = await threeBatches('since');
    const span = { first: 2, last: 6 };
    expect(await archive.recordedSince('since', span, onDay(0))).toEqual({ first: 2, last: 6 });
    expect(await archive.recordedSince('since', span, onDay(1))).toEqual({ first: 4, last: 6 });
    expect(await archive.recordedSince('since', span, onDay(2))).toBeUndefined();
  });

  it('is cut where a batch ends, never within what is still to be kept, and only as far as it was published', async () => {
    const { archive, chain, entries } = await threeBatches('cut');
    expect(await archive.newestBefore(chain, onDay(0))).toBeUndefined();
    const cut = { sequence: 7, hash: entries[6]!.hash, at: onDay(1) };
    expect(await archive.newestBefore(chain, onDay(1.5))).toEqual(cut);
    expect(await archive.newestBefore({ ...chain, published: 3 }, onDay(9))).toMatchObject({ sequence: 3 });
    await lab.database.collections.auditChains.updateOne({ _id: 'cut' }, { $set: { published: 9 } });
    const [record] = batchAfter(auditChainStart('record'), 1, onDay(9));
    expect(await archive.cut('cut', cut, record!)).toBe(true);
    const left = { ...chain, cut };
    expect(await Array.fromAsync(archive.entriesOf(left))).toEqual(entries.slice(7));
    expect((await verifyChain(left, archive.entriesOf(left))).findings).toEqual([]);
  });

  type Tampering = (entries: readonly AuditEntry[]) => UpdateFilter<AuditBatchDocument>;
  it.each<[string, Tampering, object]>([
    [
      'removed from the middle of a batch',
      (entries) => ({ $pull: { entries: { requestId: entries[4]!.requestId } } }),
      { sequence: 7, fault: 'missing' },
    ],
    ['changed', () => ({ $set: { 'entries.1.outcome': 'refused' } }), { sequence: 5, fault: 'changed' }],
    [
      'given another hash, to which the next one does not fit',
      () => ({ $set: { 'entries.1.hash': 'f'.repeat(64) } }),
      { sequence: 6, fault: 'changed' },
    ],
    [
      'passed off as linked to another',
      () => ({ $set: { previousHash: 'f'.repeat(64) } }),
      { sequence: 4, fault: 'not-linked' },
    ],
  ])('shows that an entry was %s', async (how, tamper, finding) => {
    const { archive, chain, entries } = await threeBatches(how);
    await lab.database.collections.auditLogs.updateOne({ _id: `${how}:4` }, tamper(entries));
    const { findings } = await verifyChain(chain, archive.entriesOf(chain));
    expect(findings).toContainEqual(expect.objectContaining(finding));
  });
});

it('a crowd of openings is stored in few batches, and reads as one chain', async () => {
  const { store, archive } = open();
  const trail = makeAuditTrail(store, () => 'crowd');
  const [{ chain: _c, sequence: _s, version: _v, previousHash: _p, hash: _h, ...fact }] = batchAfter(
    auditChainStart('crowd'),
    1,
    START,
  ) as [AuditEntry];
  const recorded = await Promise.all(Array.from({ length: 1_200 }, () => trail.record(fact)));
  expect(await lab.database.collections.auditLogs.countDocuments({ chain: 'crowd' })).toBeLessThan(6);
  const chain = { chain: 'crowd', registered: true, published: 1_200 };
  expect(await Array.fromAsync(archive.entriesOf(chain))).toEqual(recorded);
  expect((await verifyChain(chain, archive.entriesOf(chain))).findings).toEqual([]);
});
