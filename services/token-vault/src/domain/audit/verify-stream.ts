import { auditHash, STREAM, type AuditEntry } from '@trendpot/contracts';
import {
  placeOf,
  type ArchivedChain,
  type AuditArchive,
  type AuditStream,
  type StreamedEntry,
} from './audit-archive.ts';
import { gapsIn, rangesOf } from './ranges.ts';
import { describeCut, findingOver, recordedCutOf, type AuditFinding } from './verify-chain.ts';
import { verifyStreamChain } from './verify-stream-chain.ts';

const BATCH = 500;

interface Options {
  /** Cuts that are on record; those the stream has on record are added. */
  readonly recordedCuts: Set<string>;
  readonly keptSince: Date;
}

interface StreamReport {
  readonly entries: number;
  /** Chains of writers that keep no copy in the database. */
  readonly chainsOfItsOwn: number;
  readonly findings: readonly AuditFinding[];
}

const addTo = <T>(map: Map<string, T[]>, key: string, value: T): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
};

/** What the stream has against what the database has. An operator's own commands are in the stream alone. */
export const verifyStream = async (
  archive: AuditArchive,
  chains: readonly ArchivedChain[],
  stream: AuditStream,
  { recordedCuts, keptSince }: Options,
): Promise<StreamReport> => {
  const findings: AuditFinding[] = [];
  const cuts = new Map(chains.flatMap(({ chain, cut }) => (cut === undefined ? [] : [[chain, cut] as const])));
  const seenIn = new Map<string, number[]>();
  const missing = new Map<string, number[]>();
  const removedEarly = new Map<string, number[]>();
  const ofOperators = new Map<string, AuditEntry[]>();
  let entries = 0;

  const compare = (entry: AuditEntry, inDatabase: string | undefined): void => {
    const { chain, sequence, hash } = entry;
    const cut = cuts.get(chain);
    addTo(seenIn, chain, sequence);
    const removed = recordedCutOf(entry);
    if (removed !== undefined) recordedCuts.add(removed);
    const expected = inDatabase ?? (sequence === cut?.sequence ? cut.hash : hash);
    if (expected !== hash || auditHash(entry) !== hash) {
      findings.push({ chain, sequence, fault: 'differs-from-stream' });
    }
    if (inDatabase !== undefined) return;
    if (sequence > (cut?.sequence ?? 0)) addTo(missing, chain, sequence);
    else if (new Date(entry.at) >= keptSince) addTo(removedEarly, chain, sequence);
  };

  const isComparable = ({ message, writer, entry }: StreamedEntry): boolean => {
    if (writer === undefined || entry === undefined) {
      findings.push({ chain: STREAM.audit, sequence: message, fault: 'unreadable' });
      return false;
    }
    if (!entry.chain.startsWith(`${writer}.`)) {
      findings.push({ chain: entry.chain, sequence: entry.sequence, fault: 'another-writer' });
      return false;
    }
    if (writer === 'operator') addTo(ofOperators, entry.chain, entry);
    return writer !== 'operator';
  };

  const compareBatch = async (batch: readonly StreamedEntry[]): Promise<void> => {
    entries += batch.length;
    const comparable = batch.filter(isComparable).flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
    const stored = await archive.hashesOf(comparable);
    for (const entry of comparable) compare(entry, stored.get(placeOf(entry)));
  };

  let batch: StreamedEntry[] = [];
  for await (const streamed of stream.entries()) {
    batch.push(streamed);
    if (batch.length < BATCH) continue;
    await compareBatch(batch);
    batch = [];
  }
  await compareBatch(batch);

  const forgottenBefore = await stream.forgottenBefore();
  for (const { chain, published, cut } of chains) {
    const expected = { first: (cut?.sequence ?? 0) + 1, last: published };
    for (const gap of gapsIn(expected, seenIn.get(chain) ?? [])) {
      const found = await archive.recordedSince(chain, gap, forgottenBefore ?? new Date(0));
      if (found !== undefined) findings.push(findingOver(chain, found.first, found.last, 'not-in-stream'));
    }
  }
  for (const [chain, sequences] of removedEarly) {
    const cut = cuts.get(chain);
    if (cut !== undefined && recordedCuts.has(describeCut(chain, cut))) continue;
    for (const sequence of sequences) addTo(missing, chain, sequence);
  }
  for (const [chain, sequences] of missing) {
    for (const { first, last } of rangesOf(sequences)) findings.push(findingOver(chain, first, last, 'missing'));
  }
  for (const [chain, own] of ofOperators) findings.push(...(await verifyStreamChain(chain, own, forgottenBefore)));
  return { entries, chainsOfItsOwn: ofOperators.size, findings };
};
