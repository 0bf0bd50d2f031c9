import type { CallKind } from './routes.ts';

/** One call as the fake saw it. */
export interface CallRecord {
  /** Unix milliseconds with fractions, from a clock that never steps back, taken before the body is read. */
  readonly at: number;
  readonly kind: CallKind;
  readonly route: string;
  /** Key of the app that called, as far as its token or form tells. */
  client: string | undefined;
  /** Creator whose token, code or refresh token was used, dead ones included. */
  creator: string | undefined;
  /** Calls of its kind under way when this one arrived, itself included. */
  readonly inFlight: number;
  /** 0 while it is under way, and for ever when no answer left. */
  status: number;
  /** Until the answer had left, or the connection was gone. */
  durationMs: number;
}

export interface KindSummary {
  readonly total: number;
  readonly maxInFlight: number;
  /** The most calls that any half-open sliding window of the length asked for held. */
  readonly maxInWindow: number;
}

export interface CallSummary extends KindSummary {
  readonly byRoute: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byKind: Readonly<Record<CallKind, KindSummary>>;
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

const summarizeKind = (calls: readonly CallRecord[], windowMs: number): KindSummary => ({
  total: calls.length,
  maxInFlight: calls.reduce((most, { inFlight }) => Math.max(most, inFlight), 0),
  maxInWindow: maxInWindow(
    calls.map(({ at }) => at),
    windowMs,
  ),
});

/** `calls` in order of arrival. */
export const summarize = (calls: readonly CallRecord[], windowMs: number): CallSummary => {
  const ofKind = (wanted: CallKind): KindSummary =>
    summarizeKind(
      calls.filter(({ kind }) => kind === wanted),
      windowMs,
    );
  return {
    ...summarizeKind(calls, windowMs),
    byRoute: tally(calls.map(({ route }) => route)),
    byStatus: tally(calls.map(({ status }) => String(status))),
    byKind: { display: ofKind('display'), oauth: ofKind('oauth'), other: ofKind('other') },
    first: calls[0]?.at,
    last: calls.at(-1)?.at,
  };
};
