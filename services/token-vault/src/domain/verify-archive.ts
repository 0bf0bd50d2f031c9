import { auditHash, type AuditEntry } from '@trendpot/contracts';
import { placeOf, type ArchivedChain, type AuditArchive } from './audit-archive.ts';
import { describeCut, RETENTION_OPERATION, verifyChain, type AuditFinding } from './verify-audit.ts';

export interface AuditReport {
  readonly chains: number;
  readonly entries: number;
  /** Absent when the stream was not looked at. */
  readonly inStream?: number;
  readonly findings: readonly AuditFinding[];
}

export interface VerifyOptions {
  /** The audit stream from its first message, when it can be read. */
  readonly stream?: AsyncIterable<AuditEntry>;
  readonly onProgress?: (entries: number) => void;
}

const BATCH = 500;

/** Every chain by itself, then the cuts of retention, then the copy in the stream against what the database has. */
export const makeVerifyArchive =
  (archive: AuditArchive) =>
  async ({ stream, onProgress = () => undefined }: VerifyOptions): Promise<AuditReport> => {
    const findings: AuditFinding[] = [];
    const recordedCuts = new Set<string>();
    const withEntries = new Set<string>();
    let entries = 0;
    const chains = await archive.chains();
    for (const chain of chains) {
      const checked = await verifyChain(chain.chain, archive.entriesOf(chain), chain.cut, (entry) => {
        if (entry.operation === RETENTION_OPERATION && entry.reason !== undefined) recordedCuts.add(entry.reason);
      });
      entries += checked.entries;
      if (checked.entries > 0) withEntries.add(chain.chain);
      findings.push(...checked.findings);
      onProgress(entries);
    }
    for (const { chain, cut } of chains) {
      if (cut === undefined || !withEntries.has(chain) || recordedCuts.has(describeCut(chain, cut))) continue;
      findings.push({ chain, sequence: cut.sequence, fault: 'removed-without-record' });
    }
    if (stream === undefined) return { chains: chains.length, entries, findings };
    const compared = await compareWithStream(archive, chains, stream);
    return { chains: chains.length, entries, inStream: compared.seen, findings: [...findings, ...compared.findings] };
  };

interface Seen {
  first: number;
  last: number;
  readonly sequences: Set<number>;
}

const compareWithStream = async (
  archive: AuditArchive,
  chains: readonly ArchivedChain[],
  stream: AsyncIterable<AuditEntry>,
): Promise<{ readonly seen: number; readonly findings: readonly AuditFinding[] }> => {
  const findings: AuditFinding[] = [];
  const cuts = new Map(chains.map(({ chain, cut }) => [chain, cut?.sequence ?? 0]));
  const seenIn = new Map<string, Seen>();
  let seen = 0;

  const compare = async (batch: readonly AuditEntry[]): Promise<void> => {
    const stored = await archive.hashesOf(batch);
    for (const entry of batch) {
      const { chain, sequence, hash } = entry;
      const inDatabase = stored.get(placeOf(entry));
      const isCut = sequence <= (cuts.get(chain) ?? 0);
      if (inDatabase === undefined && !isCut) findings.push({ chain, sequence, fault: 'missing' });
      else if ((inDatabase !== undefined && inDatabase !== hash) || auditHash(entry) !== hash) {
        findings.push({ chain, sequence, fault: 'differs-from-stream' });
      }
      const known = seenIn.get(chain) ?? { first: sequence, last: sequence, sequences: new Set<number>() };
      known.first = Math.min(known.first, sequence);
      known.last = Math.max(known.last, sequence);
      known.sequences.add(sequence);
      seenIn.set(chain, known);
    }
    seen += batch.length;
  };

  let batch: AuditEntry[] = [];
  for await (const entry of stream) {
    batch.push(entry);
    if (batch.length < BATCH) continue;
    await compare(batch);
    batch = [];
  }
  await compare(batch);

  // The stream forgets by age, from the front; what it should have after its first entry of a chain must be there.
  for (const { chain, published } of chains) {
    const known = seenIn.get(chain);
    for (let sequence = known?.first ?? published + 1; sequence <= published; sequence += 1) {
      if (known?.sequences.has(sequence) !== true) findings.push({ chain, sequence, fault: 'not-in-stream' });
    }
  }
  return { seen, findings };
};
