import { parseArgs } from 'node:util';
import { startJudge, type Judge } from './fake-tiktok-process.ts';
import { row, tableHead, type Report } from './report.ts';
import { measureFreePermits, runBacklog, runTides } from './runs.ts';
import { CEILINGS, CONTENDERS, cycleMs, type Contender } from './settings.ts';

/**
 * Holds three ways of keeping TikTok's ceilings to the same work and the same faults; the fake's own log of arrivals is
 * the judge. Takes about half an hour. `--windows` and `--minutes` make it shorter, `--only` takes one contender.
 */
const { values } = parseArgs({
  options: {
    windows: { type: 'string', default: '40' },
    minutes: { type: 'string', default: '5' },
    permits: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
});
const scaledMs = Number(values.windows) * cycleMs(CEILINGS.windowMs);
const minutes = Number(values.minutes);
const trueMinute = { ...CEILINGS, windowMs: 60_000 };
const log = (line: string): void => console.log(line);

const measure = async (contender: Contender, judge: Judge): Promise<Report> => {
  log(`${contender}: free permits`);
  const permits = await measureFreePermits(contender, judge, Number(values.permits));
  log(`${contender}: ${values.windows} windows of ${CEILINGS.windowMs / 1_000} s`);
  const calm = await runBacklog(contender, judge, { ceilings: CEILINGS, durationMs: scaledMs, faults: false, log });
  log(`${contender}: the same with faults`);
  const hurt = await runBacklog(contender, judge, { ceilings: CEILINGS, durationMs: scaledMs, faults: true, log });
  log(`${contender}: tides`);
  const tides = await runTides(contender, judge, { ceilings: CEILINGS, tides: Math.ceil(Number(values.windows) / 8) });
  log(`${contender}: ${minutes} windows of a minute`);
  const durationMs = minutes * cycleMs(trueMinute.windowMs) + 5_000;
  const real =
    minutes === 0
      ? undefined
      : await runBacklog(contender, judge, { ceilings: trueMinute, durationMs, faults: false, log });
  return { contender, permits, calm, hurt, tides, real };
};

await using judge = await startJudge();
const reports: Report[] = [];
for (const contender of CONTENDERS) {
  if (values.only !== undefined && values.only !== contender) continue;
  reports.push(await measure(contender, judge));
}
for (const line of tableHead()) log(line);
for (const report of reports) for (const line of row(report)) log(line);
log(JSON.stringify(Object.fromEntries(reports.map((report) => [report.contender, summaryOf(report)]))));

function summaryOf({ permits, calm, hurt, tides, real }: Report): Record<string, number | null> {
  const runs = [calm, hurt, tides, ...(real === undefined ? [] : [real])];
  const days = runs.flatMap(({ day }) => (day === undefined ? [] : [day]));
  const taken = days.reduce((sum, day) => sum + day.taken, 0);
  const wasted = days.reduce((sum, day) => sum + day.wasted, 0);
  const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));
  return {
    ceiling: CEILINGS.perWindow,
    maxInWindow: Math.max(...runs.map(({ verdict }) => verdict.maxInWindow)),
    usedShare: rounded((real ?? calm).verdict.usedShare, 4),
    usedShareUnderFaults: rounded(hurt.verdict.usedOfAllowed),
    maxInFlight: Math.max(...runs.map(({ verdict }) => verdict.maxInFlight)),
    wastedDayPermits: days.length === 0 ? null : wasted,
    permitP50Ms: rounded(permits.p50, 2),
    permitP99Ms: rounded(permits.p99, 2),
    usedShareScaled: rounded(calm.verdict.usedOfAllowed),
    maxBackgroundInWindow: Math.max(...runs.map(({ verdict }) => verdict.maxBackgroundInWindow)),
    maxWhileLowered: hurt.verdict.maxWhileLowered,
    dayPermitsTaken: days.length === 0 ? null : taken,
    calls: runs.reduce((sum, { verdict }) => sum + verdict.calls, 0),
  };
}
