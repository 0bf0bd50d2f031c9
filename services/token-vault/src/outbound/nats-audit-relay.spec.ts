import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditChainStart, newAccountId, type AuditHead } from '@trendpot/contracts';
import { ensureTopology, type Messaging } from '@trendpot/messaging';
import { someAuditEntries, startPlatformNats } from '@trendpot/testing';
import { leaseToken, startVaultLab, type VaultLab } from '../../test/vault-lab.ts';
import { countFaults } from '../domain/audit/verify-chain.ts';
import { mongoAuditStore } from './mongo-audit-store.ts';
import { natsAuditRelay } from './nats-audit-relay.ts';
import { natsAuditStream } from './nats-audit-stream.ts';

const stack = new AsyncDisposableStack();
let lab: VaultLab;
let messaging: Messaging;
let operator: Messaging;
beforeAll(async () => {
  lab = stack.use(await startVaultLab());
  const nats = stack.use(await startPlatformNats());
  [messaging, operator] = await Promise.all([nats.connect('token-vault'), nats.connect('operator')]);
  await ensureTopology(await nats.connect('auth-gateway'), 'auth-gateway', {});
}, 60_000);
afterAll(() => stack.disposeAsync());

describe('the audit stream', () => {
  it('gets every entry of every chain, whether it was offered or has to be read', async () => {
    const offered: { to?: ReturnType<typeof natsAuditRelay> } = {};
    const vault = lab.replica({ onAudited: (entries) => offered.to?.offer(entries) });
    const accountId = await lab.connect(vault);
    await leaseToken(vault, accountId);
    const relay = natsAuditRelay(messaging, lab.database.collections, vault.holder);
    offered.to = relay;
    await leaseToken(vault, accountId);
    expect(await relay.run('own')).toBe(3);
    for (let index = 0; index < 20; index += 1) await leaseToken(vault, accountId);
    expect(await relay.unpublished()).toBe(20);
    expect(await relay.run('own')).toBe(20);
    expect(await relay.unpublished()).toBe(0);
    expect(await vault.verifyAudit({ stream: natsAuditStream(operator) })).toMatchObject({
      findings: [],
      inStream: 23,
    });
  });

  it('gets what comes in during a round with the next one, so that no round is without end', async () => {
    const { auditChains } = lab.database.collections;
    const busy = {
      find: auditChains.find.bind(auditChains),
      updateOne: (async (...change: Parameters<typeof auditChains.updateOne>) => {
        await leaseToken(vault, accountId);
        return auditChains.updateOne(...change);
      }) as typeof auditChains.updateOne,
    };
    const relayed: { by?: ReturnType<typeof natsAuditRelay> } = {};
    const vault = lab.replica({ onAudited: (entries) => relayed.by?.offer(entries) });
    const accountId = await lab.connect(vault);
    const collections = { ...lab.database.collections, auditChains: busy as typeof auditChains };
    relayed.by = natsAuditRelay(messaging, lab.database.collections, vault.holder);
    await relayed.by.run('own');
    relayed.by = natsAuditRelay(messaging, collections, vault.holder);
    await leaseToken(vault, accountId);
    expect(await relayed.by.run('own')).toBe(1);
    expect(await relayed.by.run('own')).toBe(1);
  });

  it('gets those too that there was no room to offer, before what came after them', async () => {
    const relay = natsAuditRelay(messaging, lab.database.collections, 'crowded');
    const chain = 'token-vault.crowded.openings.1';
    const accountId = newAccountId();
    const store = mongoAuditStore(lab.database.collections, lab.kmsKeyId, (entries) => relay.offer(entries));
    let head: AuditHead = auditChainStart(chain);
    const record = async (length: number): Promise<void> => {
      const batch = someAuditEntries(head, length, { accountId });
      head = batch.at(-1) ?? head;
      await store.append(batch);
    };
    // Twenty thousand may wait: the last but one does not fit, the last one does.
    for (let waiting = 0; waiting < 19_800; waiting += 450) await record(450);
    await record(300);
    await record(10);
    expect([await relay.run('own'), await relay.run('own'), await relay.run('own')]).toEqual([19_800, 310, 0]);
    const found: number[] = [];
    for await (const { entry } of natsAuditStream(operator).entries()) {
      if (entry?.chain === chain) found.push(entry.sequence);
    }
    expect(found.sort((one, other) => one - other)).toEqual(Array.from({ length: 20_110 }, (_, index) => index + 1));
  });

  it('gets what a process that is gone has left behind', async () => {
    const gone = lab.replica();
    await lab.connect(gone);
    const relay = natsAuditRelay(messaging, lab.database.collections, lab.replica().holder);
    expect(await relay.run('all')).toBe(0);
    await lab.database.collections.auditChains.updateMany(
      { _id: { $regex: gone.holder } },
      { $set: { seenAt: new Date(Date.now() - 90_000) } },
    );
    expect(await relay.run('all')).toBeGreaterThan(0);
    expect((await gone.verifyAudit({ stream: natsAuditStream(operator) })).findings).toEqual([]);
  });

  it('gets what a process records that was taken for gone, and goes on', async () => {
    const slow = lab.replica();
    const accountId = await lab.connect(slow);
    const longAgo = { $set: { seenAt: new Date(Date.now() - 90_000) } };
    const relay = natsAuditRelay(messaging, lab.database.collections, lab.replica().holder);
    await lab.database.collections.auditChains.updateMany({ _id: { $regex: slow.holder } }, longAgo);
    expect(await relay.run('all')).toBe(1);
    expect(await relay.run('all')).toBe(0);
    await leaseToken(slow, accountId);
    await leaseToken(slow, accountId);
    await lab.database.collections.auditChains.updateMany({ _id: { $regex: slow.holder } }, longAgo);
    expect(await relay.run('all')).toBe(2);
    await leaseToken(slow, accountId);
    expect(await relay.run('all')).toBe(1);
    expect((await slow.verifyAudit({ stream: natsAuditStream(operator) })).findings).toEqual([]);
  });

  it('may be told twice', async () => {
    const vault = lab.replica();
    await lab.connect(vault);
    const relay = natsAuditRelay(messaging, lab.database.collections, vault.holder);
    await relay.run('own');
    await lab.database.collections.auditChains.updateMany(
      { _id: { $regex: vault.holder } },
      { $set: { published: 0 } },
    );
    await relay.run('own');
    expect((await vault.verifyAudit({ stream: natsAuditStream(operator) })).findings).toEqual([]);
  });
});

describe('comparing database and stream', () => {
  it.each<[string, (id: string) => Promise<unknown>, string]>([
    ['removed', (id) => lab.database.collections.auditLogs.deleteOne({ _id: id }), 'missing'],
    [
      'changed',
      (id) => lab.database.collections.auditLogs.updateOne({ _id: id }, { $set: { 'entries.0.caller': 'nobody' } }),
      'changed',
    ],
  ])('finds an entry that was %s in the database', async (_how, tamper, fault) => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    for (let index = 0; index < 3; index += 1) await leaseToken(vault, accountId);
    await natsAuditRelay(messaging, lab.database.collections, vault.holder).run('own');
    const entry = await lab.database.collections.auditLogs.findOne({
      chain: { $regex: vault.holder },
      'entries.operation': 'video.list',
      first: 3,
    });
    const original = entry!;
    await tamper(original._id);
    const report = await vault.verifyAudit({ stream: natsAuditStream(operator) });
    expect(report.findings).toContainEqual({ chain: original.chain, sequence: 3, fault });
    await lab.database.collections.auditLogs.replaceOne({ _id: original._id }, original, { upsert: true });
    expect((await vault.verifyAudit({ stream: natsAuditStream(operator) })).findings).toEqual([]);
  });

  it('finds that the end of a chain was removed, and that a chain was passed off as cut by retention', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    for (let index = 0; index < 3; index += 1) await leaseToken(vault, accountId);
    await natsAuditRelay(messaging, lab.database.collections, vault.holder).run('own');
    const { auditLogs, auditChains } = lab.database.collections;
    const removed = await auditLogs.find({ chain: { $regex: `${vault.holder}.openings` } }).toArray();
    const { chain } = removed[0]!;
    const { hash } = removed.at(-1)!.entries[0]!;
    await auditLogs.deleteOne({ _id: `${chain}:3` });
    expect((await vault.verifyAudit({})).findings).toEqual([{ chain, sequence: 3, fault: 'missing' }]);
    await auditLogs.deleteMany({ chain });
    await auditChains.updateOne({ _id: chain }, { $set: { removed: { sequence: 3, hash, at: new Date(0) } } });
    const retentionMs = 86_400_000;
    expect((await vault.verifyAudit({ stream: natsAuditStream(operator), retentionMs })).findings).toEqual([
      { chain, sequence: 1, last: 3, fault: 'missing' },
    ]);
    await auditChains.updateOne({ _id: chain }, { $unset: { removed: 1 } });
    await auditLogs.insertMany(removed);
  });

  it('finds a chain that was rewritten as a whole: the stream remembers', async () => {
    const vault = lab.replica();
    await lab.connect(vault);
    await natsAuditRelay(messaging, lab.database.collections, vault.holder).run('own');
    const { auditLogs } = lab.database.collections;
    const removed = await auditLogs.find({ chain: { $regex: vault.holder } }).toArray();
    await auditLogs.deleteMany({ chain: { $regex: vault.holder } });
    const report = await vault.verifyAudit({ stream: natsAuditStream(operator) });
    expect(countFaults(report.findings)).toBe(removed.length);
    await auditLogs.insertMany(removed);
  });
});

describe('retention', () => {
  it('removes what is old, says so in the audit, and leaves a chain that still verifies', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    for (let index = 0; index < 5; index += 1) await leaseToken(vault, accountId);
    await natsAuditRelay(messaging, lab.database.collections, vault.holder).run('own');
    const later = lab.replica({ clock: () => new Date(Date.now() + 1_000) });
    const before = await lab.database.collections.auditLogs.countDocuments();
    expect(await later.cutAudit(1_000)).toBeGreaterThan(0);
    await leaseToken(vault, accountId);
    expect(await lab.database.collections.auditLogs.countDocuments()).toBeLessThan(before);
    expect((await vault.verifyAudit({ stream: natsAuditStream(operator) })).findings).toEqual([]);
    const cut = await lab.database.collections.auditChains.findOne({ removed: { $exists: true } });
    expect((await vault.verifyAudit({ retentionMs: 0 })).findings).toEqual([]);
    await lab.database.collections.auditLogs.deleteMany({ 'entries.operation': 'audit.retention' });
    const tampered = await vault.verifyAudit({});
    expect(tampered.findings.map(({ fault }) => fault)).toContain('removed-without-record');
    expect(cut).toBeDefined();
  });
});
