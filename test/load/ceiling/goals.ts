import type { Report } from './report.ts';
import { CEILINGS } from './settings.ts';
import { dayPermitsOf, runsOf } from './summary.ts';

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** What ours has to keep, and did not, in a reader's words. */
export const missedGoals = (report: Report): string[] => {
  const missed: string[] = [];
  const goal = (kept: boolean, what: string): void => void (kept || missed.push(what));
  const { calm, hurt, real, permits } = report;
  for (const { verdict } of runsOf(report)) {
    goal(verdict.maxInWindow <= CEILINGS.perWindow, `${verdict.maxInWindow} calls in a window`);
    goal(verdict.maxBackgroundInWindow <= CEILINGS.background, `${verdict.maxBackgroundInWindow} background calls`);
    goal(verdict.maxInFlight <= CEILINGS.concurrent, `${verdict.maxInFlight} calls in flight`);
  }
  goal(hurt.verdict.maxWhileLowered <= CEILINGS.perWindow * 0.6, `${hurt.verdict.maxWhileLowered} while lowered`);
  goal(calm.verdict.usedOfAllowed >= 0.97, `${percent(calm.verdict.usedOfAllowed)} used without faults`);
  goal(hurt.verdict.usedOfAllowed >= 0.9, `${percent(hurt.verdict.usedOfAllowed)} used with faults`);
  goal(real === undefined || real.verdict.usedShare >= 0.985, `${percent(real?.verdict.usedShare ?? 0)} of a minute`);
  goal(permits.p99 < 15, `a free permit takes ${permits.p99.toFixed(1)} ms (p99)`);
  const day = dayPermitsOf(report) ?? { taken: 0, wasted: 0 };
  goal(day.wasted >= 0, `${-day.wasted} calls without a permit of the day`);
  goal(day.wasted <= day.taken / 1_000, `${day.wasted} of ${day.taken} permits of the day wasted`);
  return missed;
};
