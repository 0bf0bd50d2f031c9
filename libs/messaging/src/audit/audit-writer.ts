import { randomBytes } from 'node:crypto';
import {
  auditChainStart,
  AuditEntry,
  auditSubject,
  nextAuditEntry,
  type AuditHead,
  type AuditWriterName,
  type CommandAudit,
} from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { publish } from '../publish.ts';

/** A second place for the entries, so that whoever looks there misses none. */
export interface AuditCopy {
  /** Resolves when the entry is durable there. Done before it is published. */
  store(entry: AuditEntry): Promise<void>;
  /** The stream has every entry of the chain up to this one. */
  published(entry: AuditEntry): Promise<void>;
}

export interface AuditWriterOptions {
  readonly copy?: AuditCopy;
  readonly now?: () => Date;
}

/**
 * The audit of a process that records little: a hash chain that only it writes, one entry after the other, each in the
 * append-only stream before what it speaks of is done. When it is not known whether an entry was stored, the chain is
 * given up and a new one begun: a chain that ends early is as sound as any other, a guess could leave a gap or two
 * entries in one place.
 */
export const openAuditWriter = (
  messaging: Messaging,
  writer: Exclude<AuditWriterName, 'token-vault'>,
  { copy, now = () => new Date() }: AuditWriterOptions = {},
): CommandAudit => {
  const newChain = (): AuditHead => auditChainStart(`${writer}.${randomBytes(9).toString('base64url')}`);
  let head = newChain();
  let turn: Promise<unknown> = Promise.resolve();

  const append = async (fact: Parameters<CommandAudit['record']>[0]): Promise<void> => {
    const entry = AuditEntry.parse(nextAuditEntry(head, { ...fact, at: now().toISOString(), caller: writer }));
    try {
      await copy?.store(entry);
      await publish(messaging, {
        subject: auditSubject(writer, entry.accountId),
        body: JSON.stringify(entry),
        messageId: `${entry.chain}:${entry.sequence}`,
      });
      head = entry;
    } catch (error) {
      head = newChain();
      throw error;
    }
    // Both places have it; a note that got lost is made good by that of the next entry.
    await copy?.published(entry).catch(() => undefined);
  };

  return {
    record: (fact) => {
      const mine = turn.then(() => append(fact));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
};
