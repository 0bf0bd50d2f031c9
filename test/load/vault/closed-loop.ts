export interface LoopResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** `atOnce` callers, each asking again as soon as it was answered, until `total` answers are there. */
export const closedLoop = async (
  total: number,
  atOnce: number,
  ask: (index: number) => Promise<unknown>,
): Promise<LoopResult> => {
  const times: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let index = next++; index < total; index = next++) {
      const startedAt = performance.now();
      await ask(index);
      times.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, caller));
  const seconds = (performance.now() - startedAt) / 1000;
  times.sort((left, right) => left - right);
  const quantile = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { perSecond: total / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
};
