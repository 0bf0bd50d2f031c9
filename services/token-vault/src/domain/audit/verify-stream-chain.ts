import type { AuditEntry } from '@trendpot/contracts';
import { verifyChain, type AuditFinding } from './verify-chain.ts';

/** No command of an operator takes longer, so a chain's first entries are no older than this before its others. */
const LONGEST_COMMAND_MS = 86_400_000;

/** Checks a chain that only the stream has. What the stream forgets by age, it forgets from the front. */
export const verifyStreamChain = async (
  chain: string,
  entries: readonly AuditEntry[],
  forgottenBefore: Date | undefined,
): Promise<readonly AuditFinding[]> => {
  // One that was published twice lies there twice.
  const once = new Map(entries.map((entry) => [`${entry.sequence}:${entry.hash}`, entry]));
  const ordered = [...once.values()].sort((left, right) => left.sequence - right.sequence);
  const [first] = ordered;
  if (first === undefined) return [];
  const mayBeginLate =
    forgottenBefore !== undefined && Date.parse(first.at) - LONGEST_COMMAND_MS < forgottenBefore.getTime();
  const cut = { sequence: first.sequence - 1, hash: first.previousHash };
  const whole = { chain, published: 0, ...(mayBeginLate && cut.sequence > 0 ? { cut } : {}) };
  const iterate = async function* (): AsyncGenerator<AuditEntry> {
    yield* ordered;
  };
  return (await verifyChain(whole, iterate())).findings;
};
