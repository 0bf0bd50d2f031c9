import { AuditEntry, STREAM } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';
import { z } from 'zod';

const AT_ONCE = 64;
/** One entry, or several of one account. */
const Message = z.union([AuditEntry.transform((entry) => [entry]), z.array(AuditEntry)]);

/** Reads the audit stream from its first message to the one that is last now. Needs an operator's credentials. */
export const natsAuditStream = async function* ({ manager }: Messaging): AsyncGenerator<AuditEntry> {
  const { state } = await manager.streams.info(STREAM.audit);
  for (let from = state.first_seq; from <= state.last_seq; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, state.last_seq - from + 1);
    const messages = await Promise.all(
      Array.from({ length }, (_, index) => manager.streams.getMessage(STREAM.audit, { seq: from + index })),
    );
    for (const message of messages) if (message !== null) yield* Message.parse(message.json());
  }
};
