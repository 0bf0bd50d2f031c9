import { AuditEntry, STREAM } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';

const AT_ONCE = 64;

/** Reads the audit stream from its first message to the one that is last now. Needs an operator's credentials. */
export const natsAuditStream = async function* ({ manager }: Messaging): AsyncGenerator<AuditEntry> {
  const { state } = await manager.streams.info(STREAM.audit);
  for (let from = state.first_seq; from <= state.last_seq; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, state.last_seq - from + 1);
    const messages = await Promise.all(
      Array.from({ length }, (_, index) => manager.streams.getMessage(STREAM.audit, { seq: from + index })),
    );
    for (const message of messages) if (message !== null) yield AuditEntry.parse(message.json());
  }
};
