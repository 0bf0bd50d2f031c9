import type { Messaging } from '../messaging.ts';
import { listDeadLetters, showDeadLetter, type DeadLetterFilter } from './list-dead-letters.ts';
import type { StoredDeadLetter } from './stored-dead-letter.ts';

export interface DeadLetterChoice {
  readonly filter: DeadLetterFilter;
  /** Exactly these, of those that are still there; the filter then narrows nothing. */
  readonly sequences?: readonly number[] | undefined;
}

export interface ChosenDeadLetters {
  readonly found: readonly StoredDeadLetter[];
  /** Numbers that were given and are not there. */
  readonly missing: readonly number[];
}

export const chooseDeadLetters = async (
  messaging: Messaging,
  { filter, sequences }: DeadLetterChoice,
): Promise<ChosenDeadLetters> => {
  if (sequences === undefined) return { found: await listDeadLetters(messaging, filter), missing: [] };
  const looked = await Promise.all(
    [...new Set(sequences)].map(async (sequence) => ({ sequence, letter: await showDeadLetter(messaging, sequence) })),
  );
  return {
    found: looked.flatMap(({ letter }) => (letter === undefined ? [] : [letter])),
    missing: looked.filter(({ letter }) => letter === undefined).map(({ sequence }) => sequence),
  };
};
