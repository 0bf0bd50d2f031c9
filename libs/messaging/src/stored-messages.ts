import type { Messaging } from './messaging.ts';

/** A message as it lies in a stream. */
export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly storedAt: Date;
}

export interface StoredRange {
  /** Wildcards allowed; default all. */
  readonly subject?: string;
  /** The first sequence to look at. Default 1. */
  readonly from?: number;
}

/** Reads a stream from the oldest message on, one at a time, without a consumer. */
export async function* messagesOf(
  { manager }: Messaging,
  stream: string,
  range: StoredRange = {},
): AsyncGenerator<StoredMessage> {
  let seq = range.from ?? 1;
  for (;;) {
    const found = await manager.direct.getMessage(stream, { seq, next_by_subj: range.subject ?? '>' });
    if (found === null) return;
    yield { sequence: found.seq, subject: found.subject, data: found.data, storedAt: found.time };
    seq = found.seq + 1;
  }
}
