import { AuditEntry, STREAM } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';

/** The audit as an auditor reads it, in the order of the stream. */
export const storedAudit = async ({ manager }: Messaging): Promise<AuditEntry[]> => {
  const { state } = await manager.streams.info(STREAM.audit);
  const numbers = Array.from({ length: state.messages }, (_, index) => state.first_seq + index);
  return Promise.all(
    numbers.map(async (seq) => AuditEntry.parse((await manager.streams.getMessage(STREAM.audit, { seq }))?.json())),
  );
};
