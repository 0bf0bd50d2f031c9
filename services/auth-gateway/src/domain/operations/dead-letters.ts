import type { RequestId } from '@trendpot/contracts';
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
  /**
   * Redrives or drops whatever matches, each with its own record before it; a dry run only says which. A letter that
   * cannot be redriven is left where it is. @throws PlatformError E_UNAVAILABLE
   */
  settle(command: SettleCommand): Promise<{ readonly letters: readonly DeadLetterView[]; readonly calls: number }>;
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

const basisOf = (letters: number): string => {
  const each = 'one call each, two for the first page of a whole library';
  const rest = 'failed attempts and the pages a job leads to are paid as usual';
  return `at most, if none fails: ${letters} dead letters, ${each}; ${rest}`;
};

export const makeSettleDeadLetters =
  ({ deadLetters }: { readonly deadLetters: Pick<DeadLetters, 'settle'> }): SettleDeadLetters =>
  async (command) => {
    const { letters, calls } = await deadLetters.settle(command);
    return { dryRun: command.dryRun, letters, price: { calls, basis: basisOf(letters.length) } };
  };
