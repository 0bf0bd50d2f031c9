import { setTimeout as delay } from 'node:timers/promises';

/**
 * Does for several callers in one go what each of them asks for. The first does not wait; whoever comes sooner than
 * `pauseMs` after the last time waits until then, and shares it with all who do.
 *
 * @param pauseMs how long, after a time with these items
 */
export const gather = <T>(
  work: (items: readonly T[]) => Promise<void>,
  pauseMs: (items: readonly T[]) => number,
): ((items: readonly T[]) => Promise<void>) => {
  let waiting: T[] = [];
  let next: Promise<void> | undefined;
  let dueAt = -Infinity;

  const workWhenDue = async (): Promise<void> => {
    const waitMs = dueAt - performance.now();
    // Never at once: the first of several callers comes before the others of the same moment.
    await (waitMs > 0 ? delay(waitMs) : Promise.resolve());
    const items = waiting;
    dueAt = performance.now() + pauseMs(items);
    waiting = [];
    next = undefined;
    await work(items);
  };

  return (items) => {
    waiting.push(...items);
    next ??= workWhenDue();
    return next;
  };
};
