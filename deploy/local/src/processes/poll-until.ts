import { setTimeout as sleep } from 'node:timers/promises';

export interface PollOptions {
  readonly deadlineMs: number;
  readonly everyMs?: number;
}

/** Asks until the answer is no longer undefined; undefined when the deadline passes first. */
export async function pollUntil<T>(ask: () => Promise<T | undefined>, options: PollOptions): Promise<T | undefined> {
  const end = Date.now() + options.deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= end) return undefined;
    await sleep(options.everyMs ?? 25);
  }
}
