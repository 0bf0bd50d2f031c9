import { audited, PlatformError, type CommandAudit, type OperatorCommand } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { chooseDeadLetters, type DeadLetterChoice } from './choose-dead-letters.ts';
import { dropDeadLetter, redriveDeadLetter } from './redrive-dead-letter.ts';
import type { StoredDeadLetter } from './stored-dead-letter.ts';

/** What became of a dead letter, or in a dry run would. */
export type DeadLetterFate = 'queued' | 'dropped' | 'not-redrivable' | 'gone';

export interface SettleDeadLetters
  extends DeadLetterChoice, Pick<OperatorCommand, 'requestId' | 'operator' | 'reason'> {
  readonly settlement: 'redrive' | 'drop';
  readonly dryRun: boolean;
}

export interface SettledDeadLetters {
  /** Oldest first where a filter chose them, else in the order given. */
  readonly letters: readonly { readonly stored: StoredDeadLetter; readonly fate: DeadLetterFate }[];
  readonly missing: readonly number[];
  /** Calls to TikTok that the queued jobs take at most, if none fails. */
  readonly priceInCalls: number;
}

/** Somebody else may settle the same letter in the meantime: then it is gone, and nothing is wrong. */
const unlessGone = async (fate: DeadLetterFate, work: Promise<unknown>): Promise<DeadLetterFate> => {
  try {
    await work;
    return fate;
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'E_NOT_FOUND') return 'gone';
    throw error;
  }
};

const settle = (
  messaging: Messaging,
  audit: CommandAudit,
  { settlement, dryRun, requestId, operator, reason }: SettleDeadLetters,
  { sequence, letter, priceInCalls }: StoredDeadLetter,
): Promise<DeadLetterFate> => {
  if (settlement === 'redrive' && priceInCalls === 0) return Promise.resolve('not-redrivable');
  const fate = settlement === 'redrive' ? 'queued' : 'dropped';
  if (dryRun) return Promise.resolve(fate);
  const accountId = letter.accountId === 'unknown' ? 'platform' : letter.accountId;
  const command = { requestId, operator, operation: `dead-letters.${settlement}`, accountId, reason };
  const work = settlement === 'redrive' ? redriveDeadLetter : dropDeadLetter;
  return unlessGone(
    fate,
    audited<unknown>(audit, command, () => work(messaging, sequence)),
  );
};

/**
 * Queues jobs that were given up again, or lets go of them, one letter after the other. Each has a record of its own,
 * under the name of its account, before it is touched: a command that is cut off half way has recorded what it did. A
 * letter that holds no job to try again is left where it is by a redrive.
 *
 * @throws PlatformError E_UNAVAILABLE
 */
export const settleDeadLetters = async (
  messaging: Messaging,
  audit: CommandAudit,
  command: SettleDeadLetters,
): Promise<SettledDeadLetters> => {
  const { found, missing } = await chooseDeadLetters(messaging, command);
  const letters: { stored: StoredDeadLetter; fate: DeadLetterFate }[] = [];
  for (const stored of found) letters.push({ stored, fate: await settle(messaging, audit, command, stored) });
  const queued = letters.filter(({ fate }) => fate === 'queued');
  return { letters, missing, priceInCalls: queued.reduce((sum, { stored }) => sum + stored.priceInCalls, 0) };
};
