import { randomBytes } from 'node:crypto';
import { auditChainStart, AuditEntry, auditSubject, nextAuditEntry, type AuditHead } from '@trendpot/contracts';
import { publish, type Messaging } from '@trendpot/messaging';
import type { Audit, Clock } from '../domain/ports.ts';

const SERVICE = 'auth-gateway';

/**
 * The audit of this process: a hash chain that only it writes, one entry after the other. When it is not known whether
 * an entry was stored, the chain is given up and a new one begun: a chain that ends early is as sound as any other,
 * a guess could leave a gap or two entries in one place.
 */
export const natsAudit = (messaging: Messaging, clock: Clock): Audit => {
  const newChain = (): AuditHead => auditChainStart(`${SERVICE}-${randomBytes(9).toString('base64url')}`);
  let head = newChain();
  let turn: Promise<unknown> = Promise.resolve();

  const append = async (fact: Parameters<Audit['record']>[0]): Promise<void> => {
    const at = clock.now().toISOString();
    const entry = AuditEntry.parse(nextAuditEntry(head, { ...fact, at, caller: SERVICE }));
    try {
      await publish(messaging, {
        subject: auditSubject(SERVICE, entry.accountId),
        body: JSON.stringify(entry),
        messageId: `${entry.chain}:${entry.sequence}`,
      });
      head = entry;
    } catch (error) {
      head = newChain();
      throw error;
    }
  };

  return {
    record: (fact) => {
      const mine = turn.then(() => append(fact));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
};
