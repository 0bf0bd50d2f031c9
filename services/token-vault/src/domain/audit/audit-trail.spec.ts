import { describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '@trendpot/contracts';
import { eventually, gate, someAuditFact } from '@trendpot/testing';
import type { AuditStore } from '../ports.ts';
import { makeAuditTrail } from './audit-trail.ts';
import { verifyChain } from './verify-chain.ts';

const memory = () => {
  const stored: AuditEntry[] = [];
  const batches: number[] = [];
  let failure: 'none' | 'nothing-stored' | 'stored-all-the-same' = 'none';
  const store: AuditStore = {
    mostAtOnce: 512,
    append: async (entries) => {
      await Promise.resolve();
      batches.push(entries.length);
      if (failure !== 'nothing-stored') stored.push(...entries);
      if (failure !== 'none') throw new Error('the connection broke');
    },
  };
  return { store, stored, batches, fail: (how: typeof failure) => (failure = how) };
};

const trailOn = (store: AuditStore) => {
  let chains = 0;
  return makeAuditTrail(store, (kind) => `${kind}.${(chains += 1)}`);
};

const findingsOf = async (stored: readonly AuditEntry[]): Promise<number> => {
  let found = 0;
  for (const chain of new Set(stored.map((entry) => entry.chain))) {
    const entries = stored.filter((entry) => entry.chain === chain).sort((a, b) => a.sequence - b.sequence);
    const result = await verifyChain(
      { chain, published: 0 },
      (async function* () {
        yield* entries;
      })(),
    );
    found += result.findings.length;
  }
  return found;
};

describe('the audit trail', () => {
  it('records those who come in one moment together, not the first one by itself', async () => {
    const { store, batches } = memory();
    const trail = trailOn(store);
    const chained = Promise.resolve().then(() => trail.record(someAuditFact()));
    await Promise.all([trail.record(someAuditFact()), trail.record(someAuditFact()), chained]);
    expect(batches).toEqual([3]);
  });

  it('has the next batch under way before it lets those of the one before go on', async () => {
    const told: string[] = [];
    const [first, second] = [gate(), gate()];
    const gates = [first, second];
    const trail = trailOn({
      mostAtOnce: 512,
      append: async (entries) => {
        // As a driver does, which sends nothing in the same breath.
        for (let step = 0; step < 20; step += 1) await Promise.resolve();
        told.push(`storing ${entries.length}`);
        await gates.shift()?.passed;
      },
    });
    const early = trail.record(someAuditFact()).then(() => told.push('the first goes on'));
    await eventually(() => told.length === 1, { what: 'the first batch' });
    const late = [trail.record(someAuditFact()), trail.record(someAuditFact())];
    first.open();
    await early;
    expect(told).toEqual(['storing 1', 'storing 2', 'the first goes on']);
    second.open();
    await Promise.all(late);
  });

  it('records a crowd in few batches, and every entry in its place', async () => {
    const { store, stored, batches } = memory();
    const trail = trailOn(store);
    const entries = await Promise.all(Array.from({ length: 300 }, () => trail.record(someAuditFact())));
    expect(batches.length).toBeLessThan(5);
    expect(stored.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(entries).toEqual(stored);
    expect(await findingsOf(stored)).toBe(0);
  });

  it.each(['nothing-stored', 'stored-all-the-same'] as const)(
    'begins a new chain when it cannot tell whether an entry was stored (%s)',
    async (how) => {
      const { store, stored, fail } = memory();
      const trail = trailOn(store);
      await trail.record(someAuditFact());
      fail(how);
      await expect(trail.record(someAuditFact())).rejects.toMatchObject({ code: 'E_VAULT_AUDIT_UNAVAILABLE' });
      fail('none');
      const after = await trail.record(someAuditFact());
      expect(after).toMatchObject({ chain: 'openings.2', sequence: 1 });
      expect(await findingsOf(stored)).toBe(0);
    },
  );

  it('gives the place of a change that did not come about to the next one', async () => {
    const { store } = memory();
    const trail = trailOn(store);
    const written: AuditEntry[] = [];
    const keep = async (entry: AuditEntry): Promise<true> => (written.push(entry), true);
    await trail.recordWith(someAuditFact(), keep);
    expect(await trail.recordWith(someAuditFact(), async () => undefined)).toBeUndefined();
    await trail.recordWith(someAuditFact(), keep);
    expect(written.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(await findingsOf(written)).toBe(0);
  });

  it('gives up the chain of a change whose outcome is unknown', async () => {
    const { store } = memory();
    const trail = trailOn(store);
    const broken = trail.recordWith(someAuditFact(), async () => Promise.reject(new Error('commit unknown')));
    await expect(broken).rejects.toThrow('commit unknown');
    const written: AuditEntry[] = [];
    await trail.recordWith(someAuditFact(), async (entry) => (written.push(entry), true));
    expect(written[0]).toMatchObject({ chain: 'changes.2', sequence: 1 });
  });

  it('keeps chains whole while many changes are written at once', async () => {
    const { store } = memory();
    const trail = trailOn(store);
    const written: AuditEntry[] = [];
    const slow = async (entry: AuditEntry): Promise<true | undefined> => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      if (Math.random() < 0.3) return undefined;
      if (Math.random() < 0.1) throw new Error('unknown');
      written.push(entry);
      return true;
    };
    await Promise.allSettled(Array.from({ length: 400 }, () => trail.recordWith(someAuditFact(), slow)));
    expect(written.length).toBeGreaterThan(150);
    expect(await findingsOf(written)).toBe(0);
  });
});

describe('verifying a chain', () => {
  const chainOf = async (length: number): Promise<AuditEntry[]> => {
    const { store, stored } = memory();
    const trail = trailOn(store);
    for (let index = 0; index < length; index += 1) await trail.record(someAuditFact());
    return stored;
  };

  it.each<[string, (entries: AuditEntry[]) => AuditEntry[], string]>([
    ['an entry is missing', (entries) => entries.toSpliced(4, 1), 'missing'],
    ['the first entries are missing', (entries) => entries.slice(2), 'missing'],
    ['a field was changed', (entries) => entries.with(4, { ...entries[4]!, caller: 'nobody' }), 'changed'],
    ['an entry comes from another chain', (entries) => entries.with(0, { ...entries[0]!, chain: 'other' }), 'changed'],
  ])('notices that %s', async (_what, tamper, fault) => {
    const entries = tamper(await chainOf(9));
    const { findings } = await verifyChain(
      { chain: 'openings.1', published: 0 },
      (async function* () {
        yield* entries;
      })(),
    );
    expect(findings.map((finding) => finding.fault)).toContain(fault);
  });
});
