import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until the answer is true; fails loudly when it stays false. */
export const until = async (what: string, ask: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come about within ${withinMs} ms`);
    await delay(20);
  }
};

/** A door that the test opens. */
export const door = <T = void>(): { readonly passed: Promise<T>; open(value: T): void } => {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { passed: promise, open: resolve };
};
