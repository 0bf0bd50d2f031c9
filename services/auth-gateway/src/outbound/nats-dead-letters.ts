import {
  dropDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
  showDeadLetter,
  type Messaging,
  type StoredDeadLetter,
} from '@trendpot/messaging';
import type { DeadLetters, DeadLetterView } from '../domain/operations/dead-letters.ts';

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

export const natsDeadLetters = (messaging: Messaging): DeadLetters => ({
  list: async ({ accountId, queue, code, olderThanMs, limit }) => {
    const letters = await listDeadLetters(messaging, {
      limit,
      ...(accountId === undefined ? {} : { accountId }),
      ...(queue === undefined ? {} : { queue }),
      ...(code === undefined ? {} : { code }),
      ...(olderThanMs === undefined ? {} : { olderThanMs }),
    });
    return letters.map(toView);
  },
  find: async (sequence) => {
    const letter = await showDeadLetter(messaging, sequence);
    return letter === undefined ? undefined : toView(letter);
  },
  redrive: async (sequence) => void (await redriveDeadLetter(messaging, sequence)),
  drop: (sequence) => dropDeadLetter(messaging, sequence),
});
