import { AuditEntry, STREAM, type AuditWriterName } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';
import { z } from 'zod';
import type { AuditStream, StreamedEntry } from '../domain/audit/audit-archive.ts';

const AT_ONCE = 64;
/** By how much the clocks of whoever records and of the server may differ. */
const CLOCK_SKEW_MS = 300_000;
const NANOSECONDS_IN_MS = 1_000_000;

/** One entry, or several of one account. */
const Message = z.union([AuditEntry.transform((entry) => [entry]), z.array(AuditEntry)]);
const WRITERS: readonly AuditWriterName[] = ['auth-gateway', 'operator', 'token-vault'];

const bodyOf = (message: { json(): unknown }): unknown => {
  try {
    return message.json();
  } catch {
    return undefined;
  }
};

const entriesIn = (message: { readonly seq: number; readonly subject: string; json(): unknown }): StreamedEntry[] => {
  const [, , name] = message.subject.split('.');
  const writer = WRITERS.find((known) => known === name);
  const parsed = Message.safeParse(bodyOf(message));
  if (!parsed.success) return [{ message: message.seq, writer }];
  return parsed.data.map((entry) => ({ message: message.seq, writer, entry }));
};

/** The audit stream, as a user reads it who may: an operator. */
export const natsAuditStream = ({ manager }: Messaging): AuditStream => ({
  entries: async function* () {
    const { state } = await manager.streams.info(STREAM.audit);
    for (let from = state.first_seq; from <= state.last_seq; from += AT_ONCE) {
      const length = Math.min(AT_ONCE, state.last_seq - from + 1);
      const messages = await Promise.all(
        Array.from({ length }, (_, index) => manager.streams.getMessage(STREAM.audit, { seq: from + index })),
      );
      for (const message of messages) if (message !== null) yield* entriesIn(message);
    }
  },
  forgottenBefore: async () => {
    const { config } = await manager.streams.info(STREAM.audit);
    if (config.max_age === 0) return undefined;
    return new Date(Date.now() - config.max_age / NANOSECONDS_IN_MS + CLOCK_SKEW_MS);
  },
});
