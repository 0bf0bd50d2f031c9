import { newRequestId } from '@trendpot/contracts';
import type { AuditTrail, Clock } from '../ports.ts';
import type { AuditArchive } from './audit-archive.ts';
import { factOf } from './audit-fact.ts';
import { describeCut, RETENTION_OPERATION } from './verify-chain.ts';

/**
 * Removes audit entries whose retention has ended. Only the beginning of a chain is removed, only what the stream has,
 * and each removal is itself an entry: a chain that begins late without one has been tampered with.
 *
 * @returns the number of chains that were cut
 */
export type CutAudit = () => Promise<number>;

export const makeCutAudit =
  (archive: AuditArchive, audit: AuditTrail, clock: Clock, retentionMs: number): CutAudit =>
  async () => {
    const before = new Date(clock().getTime() - retentionMs);
    let cuts = 0;
    for (const chain of await archive.chains()) {
      if (chain.cut !== undefined) await archive.removeBefore(chain.chain, chain.cut);
      const cut = await archive.newestBefore(chain, before);
      if (cut === undefined) continue;
      const purpose = { requestId: newRequestId(), caller: 'token-vault', operation: RETENTION_OPERATION };
      const reason = describeCut(chain.chain, cut);
      const fact = factOf(clock, 'operator.command', 'platform', purpose, 'done', { reason });
      await audit.recordWith(fact, (entry) => archive.cut(chain.chain, cut, entry));
      cuts += 1;
    }
    return cuts;
  };
