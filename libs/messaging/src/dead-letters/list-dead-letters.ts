import type { DeadLetter } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { messagesOf } from '../stored-messages.ts';
import { FAILED_STREAM, readDeadLetter, type StoredDeadLetter } from './stored-dead-letter.ts';

export interface DeadLetterFilter {
  /** An account's id, or `unknown`. */
  readonly accountId?: DeadLetter['accountId'];
  readonly queue?: DeadLetter['queue'];
  readonly code?: string;
  readonly olderThanMs?: number;
  readonly youngerThanMs?: number;
  /** How many at most; default 1,000. */
  readonly limit?: number;
}

const matches = ({ letter, storedAt }: StoredDeadLetter, filter: DeadLetterFilter, now: number): boolean => {
  const age = now - storedAt.getTime();
  return (
    (filter.code === undefined || letter.code === filter.code) &&
    (filter.olderThanMs === undefined || age >= filter.olderThanMs) &&
    (filter.youngerThanMs === undefined || age < filter.youngerThanMs)
  );
};

/** Dead letters, oldest first. */
export const listDeadLetters = async (
  messaging: Messaging,
  filter: DeadLetterFilter = {},
): Promise<StoredDeadLetter[]> => {
  const found: StoredDeadLetter[] = [];
  const subject = `tiktok.failed.${filter.queue ?? '*'}.${filter.accountId ?? '*'}`;
  const now = Date.now();
  for await (const message of messagesOf(messaging, FAILED_STREAM, { subject })) {
    const letter = readDeadLetter(message);
    if (matches(letter, filter, now)) found.push(letter);
    if (found.length >= (filter.limit ?? 1_000)) break;
  }
  return found;
};

/** One dead letter by its number, or nothing. */
export const showDeadLetter = async (messaging: Messaging, sequence: number): Promise<StoredDeadLetter | undefined> => {
  for await (const message of messagesOf(messaging, FAILED_STREAM, { from: sequence })) {
    return message.sequence === sequence ? readDeadLetter(message) : undefined;
  }
  return undefined;
};
