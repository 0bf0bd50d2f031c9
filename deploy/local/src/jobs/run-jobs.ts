import { audited, newRequestId, PlatformError } from '@trendpot/contracts';
import {
  dropDeadLetter,
  listDeadLetters,
  openAuditWriter,
  redriveDeadLetter,
  showDeadLetter,
  type Messaging,
  type StoredDeadLetter,
} from '@trendpot/messaging';
import type { JobsOptions } from './options.ts';

/** What became of a dead letter, or in a dry run would. */
export type Fate = 'kept' | 'queued' | 'dropped' | 'not-redrivable' | 'gone';

export interface JobsReport {
  readonly command: JobsOptions['command'];
  readonly dryRun: boolean;
  readonly letters: readonly { readonly stored: StoredDeadLetter; readonly fate: Fate }[];
  /** Numbers that were given and are not there. */
  readonly missing: readonly number[];
  /** Calls to TikTok that the queued jobs take at most, if none fails. */
  readonly priceInCalls: number;
  readonly complete: boolean;
}

const chosen = async (messaging: Messaging, { numbers, filter }: JobsOptions) => {
  if (numbers.length === 0) return { found: await listDeadLetters(messaging, filter), missing: [] };
  const looked = await Promise.all(
    [...new Set(numbers)].map(async (number) => ({ number, letter: await showDeadLetter(messaging, number) })),
  );
  return {
    found: looked.flatMap(({ letter }) => (letter === undefined ? [] : [letter])),
    missing: looked.filter(({ letter }) => letter === undefined).map(({ number }) => number),
  };
};

/** Somebody else may settle the same letter in the meantime: then it is gone, and nothing is wrong. */
const unlessGone = async (fate: Fate, work: () => Promise<unknown>): Promise<Fate> => {
  try {
    await work();
    return fate;
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'E_NOT_FOUND') return 'gone';
    throw error;
  }
};

/** Runs a command on one letter with its record in the audit. */
type Recorded = (
  operation: 'redrive' | 'drop',
  letter: StoredDeadLetter,
  work: () => Promise<unknown>,
) => Promise<unknown>;

/** As the key of the user `operator` stands for. */
const OPERATOR = 'operator-key';

const recordedOn = (messaging: Messaging): Recorded => {
  const audit = openAuditWriter(messaging, 'operator');
  const requestId = newRequestId();
  return (operation, { letter }, work) => {
    const accountId = letter.accountId === 'unknown' ? 'platform' : letter.accountId;
    return audited(audit, { requestId, operator: OPERATOR, operation: `dead-letters.${operation}`, accountId }, work);
  };
};

const settle = async (
  messaging: Messaging,
  options: JobsOptions,
  letter: StoredDeadLetter,
  recorded: Recorded,
): Promise<Fate> => {
  const { sequence, priceInCalls } = letter;
  switch (options.command) {
    case 'list':
    case 'show':
      return 'kept';
    case 'redrive':
      if (priceInCalls === 0) return 'not-redrivable';
      if (options.dryRun) return 'queued';
      return unlessGone('queued', () => recorded('redrive', letter, () => redriveDeadLetter(messaging, sequence)));
    case 'drop':
      if (options.dryRun) return 'dropped';
      return unlessGone('dropped', () => recorded('drop', letter, () => dropDeadLetter(messaging, sequence)));
  }
};

/**
 * Carries out a command, one letter after the other, oldest first. What changes something is on record before it is done.
 *
 * @throws PlatformError when NATS does not answer
 */
export const runJobs = async (messaging: Messaging, options: JobsOptions): Promise<JobsReport> => {
  const { found, missing } = await chosen(messaging, options);
  const recorded = recordedOn(messaging);
  const letters: { stored: StoredDeadLetter; fate: Fate }[] = [];
  for (const stored of found) letters.push({ stored, fate: await settle(messaging, options, stored, recorded) });
  const paid =
    options.command === 'list' || options.command === 'show'
      ? letters
      : letters.filter((letter) => letter.fate === 'queued');
  return {
    command: options.command,
    dryRun: options.dryRun,
    letters,
    missing,
    priceInCalls: paid.reduce((sum, { stored }) => sum + stored.priceInCalls, 0),
    complete: missing.length === 0 && letters.every(({ fate }) => fate !== 'not-redrivable'),
  };
};
