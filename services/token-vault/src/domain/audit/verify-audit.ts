import type { Clock } from '../ports.ts';
import type { ArchivedChain, AuditArchive, AuditStream } from './audit-archive.ts';
import { describeCut, recordedCutOf, verifyChain, type AuditFinding } from './verify-chain.ts';
import { verifyStream } from './verify-stream.ts';

export interface AuditReport {
  readonly chains: number;
  readonly entries: number;
  /** Absent when the stream was not looked at. */
  readonly inStream?: number;
  readonly findings: readonly AuditFinding[];
}

export interface VerifyOptions {
  /** The audit stream, when it can be read. */
  readonly stream?: AuditStream;
  /** What is older may be gone together with the record of its removal; unless told, every removal needs its record. */
  readonly retentionMs?: number;
  readonly onProgress?: (entries: number) => void;
}

const MOST_LOOKS = 3;

/** Retention may remove entries while they are looked at: what then seems to be wrong is looked at again. */
export const makeVerifyAudit =
  (archive: AuditArchive, clock: Clock) =>
  async (options: VerifyOptions): Promise<AuditReport> => {
    for (let looks = 1; ; looks += 1) {
      const chains = await archive.chains();
      const report = await look(archive, chains, clock, options);
      if (report.findings.length === 0 || looks === MOST_LOOKS) return report;
      if (cutsIn(chains) === cutsIn(await archive.chains())) return report;
    }
  };

const cutsIn = (chains: readonly ArchivedChain[]): string =>
  chains.flatMap(({ chain, cut }) => (cut === undefined ? [] : [describeCut(chain, cut)])).join('\n');

/** Every chain by itself, then the stream against what the database has, then whether each cut is on record in either. */
const look = async (
  archive: AuditArchive,
  chains: readonly ArchivedChain[],
  clock: Clock,
  { stream, retentionMs, onProgress = () => undefined }: VerifyOptions,
): Promise<AuditReport> => {
  const keptSince = new Date(retentionMs === undefined ? 0 : clock().getTime() - retentionMs);
  const findings: AuditFinding[] = [];
  const recordedCuts = new Set<string>();
  let entries = 0;
  for (const chain of chains) {
    if (!chain.registered) findings.push({ chain: chain.chain, sequence: 1, fault: 'not-registered' });
    const checked = await verifyChain(chain, archive.entriesOf(chain), (entry) => {
      const removed = recordedCutOf(entry);
      if (removed !== undefined) recordedCuts.add(removed);
    });
    entries += checked.entries;
    findings.push(...checked.findings);
    onProgress(entries);
  }
  const streamed = stream && (await verifyStream(archive, chains, stream, { recordedCuts, keptSince }));
  const inDatabase = [...findings];
  findings.push(...unrecordedCuts(chains, recordedCuts, keptSince));
  findings.push(...(streamed?.findings ?? []).filter((finding) => !isKnown(inDatabase, finding)));
  const report = { chains: chains.length, entries, findings };
  return streamed === undefined
    ? report
    : { ...report, chains: chains.length + streamed.chainsOfItsOwn, inStream: streamed.entries };
};

/** The database already shows that it misses what the stream has. */
const isKnown = (known: readonly AuditFinding[], { chain, sequence, last = sequence, fault }: AuditFinding): boolean =>
  fault === 'missing' &&
  known.some(
    (one) =>
      one.fault === fault && one.chain === chain && one.sequence <= sequence && last <= (one.last ?? one.sequence),
  );

/** The record of a removal is removed in its turn, once what it speaks of is twice as old as retention allows. */
const unrecordedCuts = (
  chains: readonly ArchivedChain[],
  recordedCuts: ReadonlySet<string>,
  keptSince: Date,
): readonly AuditFinding[] =>
  chains.flatMap(({ chain, cut }) =>
    cut === undefined || cut.at < keptSince || recordedCuts.has(describeCut(chain, cut))
      ? []
      : [{ chain, sequence: cut.sequence, fault: 'removed-without-record' as const }],
  );
