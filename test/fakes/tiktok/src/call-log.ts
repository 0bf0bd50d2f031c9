/** One call as the fake saw it. */
export interface CallRecord {
  /** Unix milliseconds with fractions, from a clock that never steps back. */
  readonly at: number;
  readonly kind: 'display' | 'oauth' | 'other';
  readonly route: string;
  readonly creator: string | undefined;
  /** Display calls under way when this one arrived, itself included. */
  readonly inFlight: number;
  status: number;
  durationMs: number;
}

export interface CallSummary {
  readonly total: number;
  readonly byRoute: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly maxInFlight: number;
  /** The most calls that any sliding window of the length asked for held. */
  readonly maxInWindow: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** Arrival time on a clock that never steps back, in Unix milliseconds. */
export const arrivalTime = (): number => performance.timeOrigin + performance.now();

/** `times` ascending: the largest number within any half-open window. */
export const maxInWindow = (times: readonly number[], windowMs: number): number => {
  let largest = 0;
  let oldest = 0;
  for (let newest = 0; newest < times.length; newest += 1) {
    while ((times[newest] ?? 0) - (times[oldest] ?? 0) >= windowMs) oldest += 1;
    largest = Math.max(largest, newest - oldest + 1);
  }
  return largest;
};

const tally = (keys: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

export const summarize = (calls: readonly CallRecord[], windowMs: number): CallSummary => {
  const times = calls.map(({ at }) => at);
  return {
    total: calls.length,
    byRoute: tally(calls.map(({ route }) => route)),
    byStatus: tally(calls.map(({ status }) => String(status))),
    maxInFlight: calls.reduce((most, { inFlight }) => Math.max(most, inFlight), 0),
    maxInWindow: maxInWindow(times, windowMs),
    first: times[0],
    last: times.at(-1),
  };
};
