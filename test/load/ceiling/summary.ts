import { rounded } from '../numbers.ts';
import type { Report } from './report.ts';
import type { Run } from './runs.ts';
import { CEILINGS } from './settings.ts';

export interface DayPermits {
  readonly taken: number;
  /** Day permits that bought no call; below 0 if there were calls without one. */
  readonly wasted: number;
}

export const runsOf = ({ calm, hurt, tides, real }: Report): readonly Run[] => [
  calm,
  hurt,
  tides,
  ...(real === undefined ? [] : [real]),
];

/** Over all runs; undefined where the contender has no day. */
export const dayPermitsOf = (report: Report): DayPermits | undefined => {
  const days = runsOf(report).flatMap(({ day }) => (day === undefined ? [] : [day]));
  if (days.length === 0) return undefined;
  const sum = (field: keyof DayPermits): number => days.reduce((total, day) => total + day[field], 0);
  return { taken: sum('taken'), wasted: sum('wasted') };
};

/** One contender's figures, as the last line of the benchmark prints them. */
export const summaryOf = (report: Report): Record<string, number | null> => {
  const { permits, calm, hurt, real } = report;
  const verdicts = runsOf(report).map(({ verdict }) => verdict);
  const day = dayPermitsOf(report);
  return {
    ceiling: CEILINGS.perWindow,
    maxInWindow: Math.max(...verdicts.map(({ maxInWindow }) => maxInWindow)),
    usedShare: rounded((real ?? calm).verdict.usedShare, 4),
    usedShareUnderFaults: rounded(hurt.verdict.usedOfAllowed, 3),
    maxInFlight: Math.max(...verdicts.map(({ maxInFlight }) => maxInFlight)),
    wastedDayPermits: day?.wasted ?? null,
    permitP50Ms: rounded(permits.p50, 2),
    permitP99Ms: rounded(permits.p99, 2),
    usedShareScaled: rounded(calm.verdict.usedOfAllowed, 3),
    maxBackgroundInWindow: Math.max(...verdicts.map(({ maxBackgroundInWindow }) => maxBackgroundInWindow)),
    maxWhileLowered: hurt.verdict.maxWhileLowered,
    dayPermitsTaken: day?.taken ?? null,
    calls: verdicts.reduce((sum, { calls }) => sum + calls, 0),
  };
};
