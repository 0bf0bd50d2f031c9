import { Interrupted, type Ending } from './ending.ts';

/** A terminal and npm both pass the same Ctrl-C on: what comes this soon after the first is no second wish. */
const SAME_WISH_MS = 1_000;
const ENDED_BY_SIGNAL = 130;

/**
 * Takes Ctrl-C and SIGTERM from now on: the first ends the run in good order. Asked again later, the process ends at
 * once, and the guards end whatever it had started.
 */
export const catchInterruption = (ending: Ending): void => {
  let first: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    first ??= now;
    if (now - first > SAME_WISH_MS) process.exit(ENDED_BY_SIGNAL);
    ending.end(new Interrupted());
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
};
