import { audited, PlatformError, type RequestId } from '@trendpot/contracts';
import type { Audit } from '../ports.ts';
import type { Price } from './resync-account.ts';

/** A job that was given up, as an operator sees it. */
export interface DeadLetterView {
  /** Its name in every command. */
  readonly sequence: number;
  readonly storedAt: string;
  readonly queue: 'sync' | 'refresh';
  /** `unknown` when the job was too broken to tell. */
  readonly accountId: string;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly requestId?: string | undefined;
  /** Calls that trying again takes at most, if none fails; 0 when it cannot be tried again. */
  readonly priceInCalls: number;
}

export interface DeadLetterFilter {
  readonly accountId?: string | undefined;
  readonly queue?: 'sync' | 'refresh' | undefined;
  readonly code?: string | undefined;
  readonly olderThanMs?: number | undefined;
  readonly limit: number;
}

export interface DeadLetters {
  list(filter: DeadLetterFilter): Promise<readonly DeadLetterView[]>;
  find(sequence: number): Promise<DeadLetterView | undefined>;
  /** Queues the job again, once, and removes the letter. @throws PlatformError E_NOT_FOUND, E_MALFORMED_MESSAGE */
  redrive(sequence: number): Promise<void>;
  /** @throws PlatformError E_NOT_FOUND */
  drop(sequence: number): Promise<void>;
}

export type Fate = 'redrive' | 'drop';

export interface Settled {
  readonly dryRun: boolean;
  /** What was (or, in a dry run, would be) settled, oldest first. */
  readonly letters: readonly DeadLetterView[];
  readonly price: Price;
}

export interface SettleCommand {
  readonly fate: Fate;
  readonly filter: DeadLetterFilter;
  /** Exactly these, of those that are still there; the filter then narrows nothing. */
  readonly sequences?: readonly number[] | undefined;
  readonly dryRun: boolean;
  readonly operator: string;
  readonly requestId: RequestId;
  readonly reason?: string | undefined;
}

export type SettleDeadLetters = (command: SettleCommand) => Promise<Settled>;

const priceOf = (fate: Fate, letters: readonly DeadLetterView[]): Price => {
  const calls = fate === 'drop' ? 0 : letters.reduce((sum, { priceInCalls }) => sum + priceInCalls, 0);
  const each = 'one call each, two for the first page of a whole library';
  const rest = 'failed attempts and the pages a job leads to are paid as usual';
  return { calls, basis: `at most, if none fails: ${letters.length} dead letters, ${each}; ${rest}` };
};

const chosen = async (deadLetters: DeadLetters, { filter, sequences }: SettleCommand) => {
  if (sequences === undefined) return deadLetters.list(filter);
  const found = await Promise.all([...new Set(sequences)].map((sequence) => deadLetters.find(sequence)));
  return found.filter((letter) => letter !== undefined);
};

/** Somebody else may settle the same letter in the meantime: that ends this one, not those after it. */
const unlessGone = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof PlatformError && error.code === 'E_NOT_FOUND')) throw error;
  }
};

/** Redrives or drops whatever matches. A letter that cannot be redriven is left where it is. */
export const makeSettleDeadLetters =
  (ports: { deadLetters: DeadLetters; audit: Audit }): SettleDeadLetters =>
  async (command) => {
    const { fate, filter, dryRun, operator, requestId, reason } = command;
    const found = await chosen(ports.deadLetters, command);
    const letters = fate === 'drop' ? found : found.filter(({ priceInCalls }) => priceInCalls > 0);
    const settled = { dryRun, letters, price: priceOf(fate, letters) };
    if (dryRun || letters.length === 0) return settled;
    const accountId = filter.accountId === undefined || filter.accountId === 'unknown' ? 'platform' : filter.accountId;
    const operation = `dead-letters.${fate}`;
    await audited(ports.audit, { requestId, operator, operation, accountId, reason }, async () => {
      for (const { sequence } of letters) await unlessGone(ports.deadLetters[fate](sequence));
    });
    return settled;
  };
