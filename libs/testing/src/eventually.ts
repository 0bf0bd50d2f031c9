import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
  /** What was waited for, in the reader's words. */
  readonly what?: string;
}

/** Asks until the answer is neither undefined nor false, and fails with the last refusal when time is up. */
export const eventually = async <T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs = 15_000, everyMs = 50, what = 'the condition' }: Patience = {},
): Promise<T> => {
  const end = performance.now() + withinMs;
  let refusal: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      refusal = error;
    }
    if (performance.now() >= end)
      throw new Error(`${what} did not come about within ${withinMs} ms`, { cause: refusal });
    await sleep(everyMs);
  }
};
