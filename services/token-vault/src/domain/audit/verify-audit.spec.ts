import { describe, expect, it } from '@jest/globals';
import { auditChainStart, auditHash, type AuditEntry, type AuditFact, type AuditWriterName } from '@trendpot/contracts';
import { someAuditEntries } from '@trendpot/testing';
import { placeOf, type ArchivedChain, type AuditArchive, type AuditStream } from './audit-archive.ts';
import { makeVerifyAudit, type VerifyOptions } from './verify-audit.ts';
import { countFaults, describeCut, RETENTION_OPERATION, type ChainCut } from './verify-chain.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-03-01T12:00:00.000Z');
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);

const entriesOf = (chain: string, length: number, at: Date, more: Partial<AuditFact> = {}): AuditEntry[] =>
  someAuditEntries(auditChainStart(chain), length, { at: at.toISOString(), ...more });

const cutAfter = (entries: readonly AuditEntry[], sequence: number): ChainCut => {
  const { hash, at } = entries[sequence - 1] as AuditEntry;
  return { sequence, hash, at: new Date(at) };
};

interface Kept {
  readonly entries: readonly AuditEntry[];
  readonly published?: number;
  readonly cut?: ChainCut;
  readonly registered?: boolean;
}

const archiveOf = (kept: Readonly<Record<string, Kept>>): AuditArchive => {
  const of = (chain: string): readonly AuditEntry[] => kept[chain]?.entries ?? [];
  const never = (): Promise<never> => Promise.reject(new Error('nothing is cut here'));
  return {
    chains: async () =>
      Object.entries(kept).map(([chain, { entries, published = entries.length, registered = true, cut }]) => {
        const whole: ArchivedChain = { chain, published, registered };
        return cut === undefined ? whole : { ...whole, cut };
      }),
    entriesOf: async function* ({ chain, cut }) {
      yield* of(chain).filter(({ sequence }) => sequence > (cut?.sequence ?? 0));
    },
    hashesOf: async (places) => {
      const wanted = new Set(places.map(placeOf));
      const found = Object.values(kept).flatMap(({ entries }) => entries.filter((entry) => wanted.has(placeOf(entry))));
      return new Map(found.map((entry) => [placeOf(entry), entry.hash]));
    },
    recordedSince: async (chain, { first, last }, since) => {
      const found = of(chain).filter(
        ({ sequence, at }) => sequence >= first && sequence <= last && new Date(at) >= since,
      );
      const [start, end] = [found[0], found.at(-1)];
      return start === undefined || end === undefined ? undefined : { first: start.sequence, last: end.sequence };
    },
    newestBefore: never,
    cut: never,
    removeBefore: never,
  };
};

const streamOf = (entries: readonly AuditEntry[], forgottenBefore?: Date): AuditStream => ({
  entries: async function* () {
    for (const [index, entry] of entries.entries()) {
      yield { message: index + 1, writer: entry.chain.split('.')[0] as AuditWriterName, entry };
    }
  },
  forgottenBefore: async () => forgottenBefore,
});

const verify = async (kept: Readonly<Record<string, Kept>>, options: VerifyOptions = {}) =>
  (await makeVerifyAudit(archiveOf(kept), () => NOW)(options)).findings;

const CHAIN = 'token-vault.a.openings.1';
const whole = entriesOf(CHAIN, 9, daysAgo(3));
const RECORDS = 'token-vault.b.changes.1';
const recordOf = (cut: ChainCut, at = NOW) =>
  entriesOf(RECORDS, 1, at, { operation: RETENTION_OPERATION, reason: describeCut(CHAIN, cut) });

describe('a chain that lost its end', () => {
  it('is found in the database alone, as far as it was published', async () => {
    const findings = await verify({ [CHAIN]: { entries: whole.slice(0, 6), published: 9 } });
    expect(findings).toEqual([{ chain: CHAIN, sequence: 7, last: 9, fault: 'missing' }]);
    expect(countFaults(findings)).toBe(3);
  });

  it('is found when all of it is gone', async () => {
    expect(await verify({ [CHAIN]: { entries: [], published: 9 } })).toEqual([
      { chain: CHAIN, sequence: 1, last: 9, fault: 'missing' },
    ]);
  });

  it('is found by the stream when the note of what was published was lowered too, and told once', async () => {
    const kept = { [CHAIN]: { entries: whole.slice(0, 6), published: 6 } };
    expect(await verify(kept)).toEqual([]);
    expect(await verify(kept, { stream: streamOf(whole) })).toEqual([
      { chain: CHAIN, sequence: 7, last: 9, fault: 'missing' },
    ]);
    const told = await verify({ [CHAIN]: { entries: whole.slice(0, 6), published: 9 } }, { stream: streamOf(whole) });
    expect(told).toHaveLength(1);
  });

  it('is found when its registration is gone with it', async () => {
    expect(await verify({ [CHAIN]: { entries: whole, published: 0, registered: false } })).toEqual([
      { chain: CHAIN, sequence: 1, fault: 'not-registered' },
    ]);
  });
});

describe('a chain that retention is said to have cut', () => {
  const cut = cutAfter(whole, 9);
  const emptied = { entries: [], published: 9, cut };

  it('is accepted when the cut is on record, in the database or in the stream', async () => {
    const record = recordOf(cut);
    const stream = streamOf([...whole, ...record]);
    expect(await verify({ [CHAIN]: emptied, [RECORDS]: { entries: record } }, { stream })).toEqual([]);
    expect(await verify({ [CHAIN]: emptied, [RECORDS]: { entries: record } })).toEqual([]);
    const recordCut = { entries: [], published: 1, cut: cutAfter(record, 1) };
    const kept = { [CHAIN]: emptied, [RECORDS]: recordCut };
    expect((await verify(kept, { stream })).map(({ chain }) => chain)).not.toContain(CHAIN);
  });

  it('is not accepted when nothing was recorded, whether the stream is there or not', async () => {
    expect(await verify({ [CHAIN]: emptied }, { retentionMs: 30 * DAY_MS })).toEqual([
      { chain: CHAIN, sequence: 9, fault: 'removed-without-record' },
    ]);
    expect(await verify({ [CHAIN]: emptied }, { retentionMs: 30 * DAY_MS, stream: streamOf(whole) })).toEqual([
      { chain: CHAIN, sequence: 9, fault: 'removed-without-record' },
      { chain: CHAIN, sequence: 1, last: 9, fault: 'missing' },
    ]);
  });

  it('is not accepted on the word of the database that it is old: the stream knows its age', async () => {
    const forged = { ...emptied, cut: { ...cut, at: daysAgo(900) } };
    const options = { retentionMs: 30 * DAY_MS, stream: streamOf(whole) };
    expect(await verify({ [CHAIN]: forged }, options)).toEqual([
      { chain: CHAIN, sequence: 1, last: 9, fault: 'missing' },
    ]);
  });

  it('is not accepted when another hash stands where it was cut', async () => {
    const forged = { entries: [], published: 9, cut: { ...cut, hash: 'f'.repeat(64) } };
    const options = { retentionMs: 2 * DAY_MS, stream: streamOf(whole) };
    expect(await verify({ [CHAIN]: forged }, options)).toEqual([
      { chain: CHAIN, sequence: 9, fault: 'differs-from-stream' },
    ]);
  });

  it('is accepted without a record when it is older than retention, for the record has gone as well', async () => {
    expect(await verify({ [CHAIN]: emptied }, { retentionMs: 2 * DAY_MS, stream: streamOf(whole) })).toEqual([]);
  });

  it('is not accepted on the word of anybody but the vault', async () => {
    const reason = describeCut(CHAIN, cut);
    const said = entriesOf('auth-gateway.x', 1, NOW, { operation: RETENTION_OPERATION, reason });
    const kept = { [CHAIN]: emptied, 'auth-gateway.x': { entries: said } };
    expect((await verify(kept)).map(({ fault }) => fault)).toEqual(['removed-without-record']);
  });
});

describe('retention that removes entries while they are looked at', () => {
  const cut = cutAfter(whole, 5);
  const record = recordOf(cut);
  const after = archiveOf({
    [CHAIN]: { entries: whole.slice(5), published: 9, cut },
    [RECORDS]: { entries: record },
  });

  it('is no fault: what seems to be missing is looked at again', async () => {
    let looks = 0;
    const before = archiveOf({ [CHAIN]: { entries: whole } });
    const archive = { ...after, chains: () => ((looks += 1) === 1 ? before : after).chains() };
    const stream = streamOf([...whole, ...record]);
    expect((await makeVerifyAudit(archive, () => NOW)({ stream })).findings).toEqual([]);
  });

  it('does not keep the answer back when it never ends', async () => {
    let looks = 0;
    const chains = async () => {
      looks += 1;
      return [{ chain: CHAIN, published: 9, registered: true, cut: { ...cut, sequence: 1 + (looks % 3) } }];
    };
    const archive = { ...after, chains };
    expect((await makeVerifyAudit(archive, () => NOW)({})).findings).not.toEqual([]);
  });
});

describe('what the stream lacks', () => {
  const kept = { [CHAIN]: { entries: whole } };

  it('is told, from the first entry on', async () => {
    expect(await verify(kept, { stream: streamOf(whole.toSpliced(3, 2)) })).toEqual([
      { chain: CHAIN, sequence: 4, last: 5, fault: 'not-in-stream' },
    ]);
    expect(await verify(kept, { stream: streamOf([]) })).toEqual([
      { chain: CHAIN, sequence: 1, last: 9, fault: 'not-in-stream' },
    ]);
  });

  it('is not told of what it may have forgotten by age', async () => {
    expect(await verify(kept, { stream: streamOf(whole.slice(5), daysAgo(2)) })).toEqual([]);
    expect(countFaults(await verify(kept, { stream: streamOf(whole.slice(5), daysAgo(4)) }))).toBe(5);
  });
});

describe('a chain that is in the stream alone', () => {
  const commands = entriesOf('operator.x', 4, daysAgo(3), { caller: 'operator' });
  const found = async (entries: readonly AuditEntry[], forgottenBefore?: Date) =>
    (await verify({}, { stream: streamOf(entries, forgottenBefore) })).map(({ fault }) => fault);

  it('is sound when it is an operator’s, in whatever order it lies there and how often', async () => {
    expect(await found([...commands.toReversed(), ...commands])).toEqual([]);
  });

  it.each<[string, readonly AuditEntry[], string]>([
    ['an entry is missing', commands.toSpliced(1, 1), 'missing'],
    ['its beginning is missing', commands.slice(1), 'missing'],
    ['an entry was changed', commands.with(1, { ...commands[1]!, operation: 'other' }), 'changed'],
    ['two entries are in one place', [...commands, { ...commands[1]!, hash: 'f'.repeat(64) }], 'not-linked'],
  ])('is not when %s', async (_what, entries, fault) => {
    expect(await found(entries)).toContain(fault);
  });

  it('may begin late when the stream has forgotten its beginning', async () => {
    expect(await found(commands.slice(1), daysAgo(2.5))).toEqual([]);
  });

  it('is missing in the database when it is a service’s', async () => {
    const gateway = entriesOf('auth-gateway.x', 3, daysAgo(3));
    expect(await verify({ 'auth-gateway.x': { entries: gateway } }, { stream: streamOf(gateway) })).toEqual([]);
    expect(await found(gateway)).toEqual(['missing']);
  });
});

describe('a message in the stream', () => {
  it('that is no audit entry is told by its place', async () => {
    const stream: AuditStream = {
      ...streamOf([]),
      entries: async function* () {
        yield { message: 12, writer: 'auth-gateway' };
      },
    };
    expect(await verify({}, { stream })).toMatchObject([{ sequence: 12, fault: 'unreadable' }]);
  });

  it('that names a chain of another writer is told, and counts for nothing', async () => {
    const forged = { ...whole[0]!, operation: 'other' };
    const stream: AuditStream = {
      ...streamOf([]),
      entries: async function* () {
        for (const [index, entry] of whole.entries()) yield { message: index + 1, writer: 'token-vault', entry };
        yield { message: 10, writer: 'operator', entry: { ...forged, hash: auditHash(forged) } };
      },
    };
    expect(await verify({ [CHAIN]: { entries: whole } }, { stream })).toEqual([
      { chain: CHAIN, sequence: 1, fault: 'another-writer' },
    ]);
  });
});
