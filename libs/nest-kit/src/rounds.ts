export interface Rounds {
  /** Between the end of one round and the next. */
  readonly everyMs: number;
  /** Between two portions of a round. */
  readonly portionMs: number;
  onFailure(error: unknown): void;
}

/**
 * Goes through everything again and again, portion by portion, the first time at once. A portion that fails ends its
 * round.
 *
 * @param portion says whether the round is finished
 * @returns how to stop; resolves when nothing is under way any more.
 */
export const startRounds = (
  portion: () => Promise<{ readonly finished: boolean }>,
  { everyMs, portionMs, onFailure }: Rounds,
): (() => Promise<void>) => {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let stopped = false;

  const look = async (): Promise<void> => {
    let pause = everyMs;
    try {
      const { finished } = await portion();
      if (!finished) pause = portionMs;
    } catch (thrown) {
      onFailure(thrown);
    }
    if (!stopped) timer = setTimeout(start, pause);
  };
  const start = (): void => {
    underWay = look();
  };

  start();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await underWay;
  };
};
