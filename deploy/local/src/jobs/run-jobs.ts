import { newRequestId } from '@trendpot/contracts';
import {
  chooseDeadLetters,
  openAuditWriter,
  settleDeadLetters,
  type DeadLetterFate,
  type Messaging,
  type StoredDeadLetter,
} from '@trendpot/messaging';
import type { JobsOptions } from './options.ts';

/** What became of a dead letter, or in a dry run would. */
export type Fate = DeadLetterFate | 'kept';

export interface JobsReport {
  readonly command: JobsOptions['command'];
  readonly dryRun: boolean;
  readonly letters: readonly { readonly stored: StoredDeadLetter; readonly fate: Fate }[];
  /** Numbers that were given and are not there. */
  readonly missing: readonly number[];
  /** Calls to TikTok that the queued jobs take at most, if none fails; of what is only looked at, those it would take. */
  readonly priceInCalls: number;
  readonly complete: boolean;
}

type Outcome = Pick<JobsReport, 'letters' | 'missing' | 'priceInCalls'>;

/** As the key of the user `operator` stands for. */
const OPERATOR = 'operator-key';

const carryOut = async (messaging: Messaging, { command, numbers, filter, dryRun }: JobsOptions): Promise<Outcome> => {
  const choice = { filter, ...(numbers.length === 0 ? {} : { sequences: numbers }) };
  if (command === 'redrive' || command === 'drop') {
    const audit = openAuditWriter(messaging, 'operator');
    const asked = { settlement: command, dryRun, requestId: newRequestId(), operator: OPERATOR };
    return settleDeadLetters(messaging, audit, { ...choice, ...asked });
  }
  const { found, missing } = await chooseDeadLetters(messaging, choice);
  return {
    letters: found.map((stored) => ({ stored, fate: 'kept' })),
    missing,
    priceInCalls: found.reduce((sum, stored) => sum + stored.priceInCalls, 0),
  };
};

/**
 * Carries out a command. What changes something is on record before it is done.
 *
 * @throws PlatformError when NATS does not answer
 */
export const runJobs = async (messaging: Messaging, options: JobsOptions): Promise<JobsReport> => {
  const { letters, missing, priceInCalls } = await carryOut(messaging, options);
  return {
    command: options.command,
    dryRun: options.dryRun,
    letters,
    missing,
    priceInCalls,
    complete: missing.length === 0 && letters.every(({ fate }) => fate !== 'not-redrivable'),
  };
};
