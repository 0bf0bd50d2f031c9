import { auditChainOrigin, auditHash, type AuditEntry } from '@trendpot/contracts';

/** What is wrong with the audit, and where. */
export interface AuditFinding {
  readonly chain: string;
  readonly sequence: number;
  readonly fault:
    'missing' | 'changed' | 'not-linked' | 'not-in-stream' | 'differs-from-stream' | 'removed-without-record';
}

/** Where retention has cut a chain: the last entry removed. */
export interface ChainCut {
  readonly sequence: number;
  readonly hash: string;
}

/**
 * Checks one chain from its first entry to its last: no place without an entry, no entry changed, each linked to the one
 * before it. A chain may begin late only where retention is on record to have cut it.
 */
export const verifyChain = async (
  chain: string,
  entries: AsyncIterable<AuditEntry>,
  cut: ChainCut | undefined,
  onEntry: (entry: AuditEntry) => void = () => undefined,
): Promise<{ readonly entries: number; readonly findings: readonly AuditFinding[] }> => {
  const findings: AuditFinding[] = [];
  let expected = (cut?.sequence ?? 0) + 1;
  let previousHash = cut?.hash ?? auditChainOrigin(chain);
  let count = 0;
  for await (const entry of entries) {
    count += 1;
    const { sequence } = entry;
    const fault = (kind: AuditFinding['fault'], at = sequence): void =>
      void findings.push({ chain, sequence: at, fault: kind });
    for (let missing = expected; missing < sequence; missing += 1) fault('missing', missing);
    if (auditHash(entry) !== entry.hash) fault('changed');
    if (sequence === expected && entry.previousHash !== previousHash) fault('not-linked');
    expected = sequence + 1;
    previousHash = entry.hash;
    onEntry(entry);
  }
  return { entries: count, findings };
};

/** What retention says it removed, as its own audit entry has it. */
export const RETENTION_OPERATION = 'audit.retention';
export const describeCut = (chain: string, { sequence, hash }: ChainCut): string => `${chain} ${sequence} ${hash}`;
