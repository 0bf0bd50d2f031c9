import { mostInAnyWindow } from '@trendpot/testing';
import { BACKGROUND_CREATOR, type Arrival } from './fake-tiktok-process.ts';
import type { CeilingChange } from './faults.ts';
import { cycleMs, type Ceilings } from './settings.ts';

export interface Verdict {
  readonly calls: number;
  readonly maxInWindow: number;
  readonly maxBackgroundInWindow: number;
  /** The most in any window that began after the ceiling was lowered and ended before it was raised; 0 if it never was. */
  readonly maxWhileLowered: number;
  readonly maxInFlight: number;
  /** Of the raw ceiling. */
  readonly usedShare: number;
  /** Of what the window, the margin and the server's expiry lag allow. */
  readonly usedOfAllowed: number;
}

/** From a call to the one that is whole windows' worth of calls later: no edges, whatever the rhythm. */
const turnoverMs = (times: readonly number[], perWindow: number): number => {
  const turns = Math.floor((times.length - 1) / perWindow);
  if (turns < 1) return Infinity;
  return ((times[turns * perWindow] as number) - (times[0] as number)) / turns;
};

/** How many calls the ceilings in force allowed between the first arrival and the end. */
const allowedCalls = (from: number, to: number, changes: readonly CeilingChange[], ceilings: Ceilings): number => {
  let allowed = 0;
  let since = from;
  let perWindow = ceilings.perWindow;
  for (const change of [...changes, { at: to, perWindow: 0 }]) {
    allowed += (perWindow * (change.at - since)) / cycleMs(ceilings.windowMs);
    since = change.at;
    perWindow = change.perWindow;
  }
  return allowed;
};

export const judgeArrivals = (
  arrivals: readonly Arrival[],
  ceilings: Ceilings,
  changes: readonly CeilingChange[] = [],
  endedAt = arrivals.at(-1)?.at ?? 0,
): Verdict => {
  const times = arrivals.map(({ at }) => at);
  const { windowMs, perWindow } = ceilings;
  const turnover = turnoverMs(times, perWindow);
  const [lowered, raised] = changes;
  const between = lowered === undefined ? [] : times.filter((at) => at > lowered.at && at < (raised?.at ?? endedAt));
  const allowed = changes.length === 0 ? undefined : allowedCalls(times[0] ?? 0, endedAt, changes, ceilings);
  return {
    calls: times.length,
    maxInWindow: mostInAnyWindow(times, windowMs),
    maxBackgroundInWindow: mostInAnyWindow(
      arrivals.filter(({ creator }) => creator === BACKGROUND_CREATOR).map(({ at }) => at),
      windowMs,
    ),
    maxWhileLowered: mostInAnyWindow(between, windowMs),
    maxInFlight: Math.max(0, ...arrivals.map(({ inFlight }) => inFlight)),
    usedShare: windowMs / turnover,
    usedOfAllowed: allowed === undefined ? cycleMs(windowMs) / turnover : times.length / allowed,
  };
};
