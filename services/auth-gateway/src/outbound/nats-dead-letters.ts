import {
  listDeadLetters,
  settleDeadLetters,
  showDeadLetter,
  type DeadLetterFate,
  type DeadLetterFilter as StoredFilter,
  type Messaging,
  type StoredDeadLetter,
} from '@trendpot/messaging';
import type { DeadLetterFilter, DeadLetters, DeadLetterView } from '../domain/operations/dead-letters.ts';
import type { Audit } from '../domain/ports.ts';

/** Without the job's body: an operator needs its kind and its error. */
const toView = ({ sequence, storedAt, letter, priceInCalls }: StoredDeadLetter): DeadLetterView => ({
  sequence,
  storedAt: storedAt.toISOString(),
  queue: letter.queue,
  accountId: letter.accountId,
  code: letter.code,
  message: letter.message,
  attempts: letter.attempts,
  requestId: letter.requestId,
  priceInCalls,
});

const toStoredFilter = ({ accountId, queue, code, olderThanMs, limit }: DeadLetterFilter): StoredFilter => ({
  limit,
  ...(accountId === undefined ? {} : { accountId }),
  ...(queue === undefined ? {} : { queue }),
  ...(code === undefined ? {} : { code }),
  ...(olderThanMs === undefined ? {} : { olderThanMs }),
});

const SETTLED: ReadonlySet<DeadLetterFate> = new Set(['queued', 'dropped']);

export const natsDeadLetters = (messaging: Messaging, audit: Audit): DeadLetters => ({
  list: async (filter) => (await listDeadLetters(messaging, toStoredFilter(filter))).map(toView),
  find: async (sequence) => {
    const letter = await showDeadLetter(messaging, sequence);
    return letter === undefined ? undefined : toView(letter);
  },
  settle: async ({ fate: settlement, filter, ...command }) => {
    const asked = { ...command, settlement, filter: toStoredFilter(filter) };
    const { letters, priceInCalls } = await settleDeadLetters(messaging, audit, asked);
    const settled = letters.filter(({ fate }) => SETTLED.has(fate));
    return { letters: settled.map(({ stored }) => toView(stored)), calls: priceInCalls };
  },
});
