import { auditChainOrigin, auditHash, type AuditEntry } from '@trendpot/contracts';

export type AuditFault =
  | 'missing'
  | 'changed'
  | 'not-linked'
  | 'not-registered'
  | 'not-in-stream'
  | 'differs-from-stream'
  | 'removed-without-record'
  | 'another-writer'
  | 'unreadable';

/** What is wrong with the audit, and where: in one entry, or in every one from `sequence` to `last`. */
export interface AuditFinding {
  readonly chain: string;
  readonly sequence: number;
  readonly last?: number;
  readonly fault: AuditFault;
}

export const findingOver = (chain: string, first: number, last: number, fault: AuditFault): AuditFinding => ({
  chain,
  sequence: first,
  ...(last === first ? {} : { last }),
  fault,
});

/** How many entries the findings are about. */
export const countFaults = (findings: readonly AuditFinding[]): number =>
  findings.reduce((sum, { sequence, last = sequence }) => sum + last - sequence + 1, 0);

/** Where retention has cut a chain: the last entry removed. */
export interface ChainCut {
  readonly sequence: number;
  readonly hash: string;
  readonly at: Date;
}

export interface ChainToVerify {
  readonly chain: string;
  /** The stream has every entry up to this one, so all of them were there. */
  readonly published: number;
  readonly cut?: Pick<ChainCut, 'sequence' | 'hash'>;
}

/**
 * Checks one chain from its first entry to its last: no place without an entry, no entry changed, each linked to the one
 * before it, and none gone from its end. A chain may begin late only where retention has cut it.
 */
export const verifyChain = async (
  { chain, published, cut }: ChainToVerify,
  entries: AsyncIterable<AuditEntry>,
  onEntry: (entry: AuditEntry) => void = () => undefined,
): Promise<{ readonly entries: number; readonly findings: readonly AuditFinding[] }> => {
  const findings: AuditFinding[] = [];
  let expected = (cut?.sequence ?? 0) + 1;
  let previousHash = cut?.hash ?? auditChainOrigin(chain);
  let count = 0;
  for await (const entry of entries) {
    count += 1;
    const { sequence } = entry;
    if (expected < sequence) findings.push(findingOver(chain, expected, sequence - 1, 'missing'));
    if (auditHash(entry) !== entry.hash) findings.push({ chain, sequence, fault: 'changed' });
    const isLinked = sequence === expected ? entry.previousHash === previousHash : sequence > expected;
    if (!isLinked) findings.push({ chain, sequence, fault: 'not-linked' });
    expected = sequence + 1;
    previousHash = entry.hash;
    onEntry(entry);
  }
  if (expected <= published) findings.push(findingOver(chain, expected, published, 'missing'));
  return { entries: count, findings };
};

export const RETENTION_OPERATION = 'audit.retention';
export const describeCut = (chain: string, { sequence, hash }: Pick<ChainCut, 'sequence' | 'hash'>): string =>
  `${chain} ${sequence} ${hash}`;

/** What this entry says retention removed. Only the vault removes anything, so nobody else can say so. */
export const recordedCutOf = ({ chain, operation, reason }: AuditEntry): string | undefined =>
  operation === RETENTION_OPERATION && chain.startsWith('token-vault.') ? reason : undefined;
