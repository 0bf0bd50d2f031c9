import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { sharedProgress } from '@trendpot/local-platform';
import { startJudge } from './fake-tiktok-process.ts';
import { missedGoals } from './goals.ts';
import { row, tableHead, type Report } from './report.ts';
import { measureFreePermits, runBacklog, runTides, type Run } from './runs.ts';
import { CEILINGS, CONTENDERS, cycleMs, type Contender } from './settings.ts';
import { summaryOf } from './summary.ts';

const HELP = `npm run bench:ceiling [-- --windows N] [--minutes N] [--permits N] [--only NAME]

Holds three ways of keeping TikTok's ceilings to the same work and the same faults; the fake TikTok's own log of arrivals
is the judge. What is free of faults runs side by side, so that all meet the same machine; faults strike one contender
at a time. Takes about twenty minutes. Exits 1 if ours misses one of its goals.

  --windows N   windows of 5 s, without faults and again with them (40)
  --minutes N   windows of a true minute (5; 0 leaves them out)
  --permits N   free permits whose waits are measured (1000)
  --only NAME   ours, bullmq or rateLimiterFlexible alone
`;

const { values } = parseArgs({
  options: {
    windows: { type: 'string', default: '40' },
    minutes: { type: 'string', default: '5' },
    permits: { type: 'string', default: '1000' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const windows = Number(values.windows);
const minutes = Number(values.minutes);
const TRUE_MINUTE = { ...CEILINGS, windowMs: 60_000 };
const calm = { ceilings: CEILINGS, durationMs: windows * cycleMs(CEILINGS.windowMs), faults: false } as const;
const real = { ceilings: TRUE_MINUTE, durationMs: minutes * cycleMs(TRUE_MINUTE.windowMs) + 5_000, faults: false };
const contenders = CONTENDERS.filter((contender) => (values.only ?? contender) === contender);
const progress = sharedProgress();

type Measured<T> = ReadonlyMap<Contender, T>;

const timed = async <T>(doing: string, lastsMs: number, work: () => Promise<T>): Promise<T> => {
  const task = progress.begin('ceiling', doing);
  const startedAt = performance.now();
  const tick = setInterval(() => task.update((performance.now() - startedAt) / lastsMs), 500);
  try {
    const result = await work();
    task.done();
    return result;
  } finally {
    clearInterval(tick);
  }
};

/** Every contender before a judge of its own, all at the same time. */
const sideBySide = async <T>(work: (contender: Contender) => Promise<T>): Promise<Measured<T>> =>
  new Map(await Promise.all(contenders.map(async (contender) => [contender, await work(contender)] as const)));

const oneByOne = async <T>(work: (contender: Contender) => Promise<T>): Promise<Measured<T>> => {
  const measured = new Map<Contender, T>();
  for (const contender of contenders) measured.set(contender, await work(contender));
  return measured;
};

const backlog = async (contender: Contender, options: Omit<Parameters<typeof runBacklog>[2], 'log'>): Promise<Run> => {
  await using judge = await startJudge();
  return await runBacklog(contender, judge, { ...options, log: (line) => progress.note(`${contender} ${line}`) });
};
const tides = Math.ceil(windows / 8);
const permitCalls = Number(values.permits);

const permits = await oneByOne((contender) =>
  timed(`${contender}: free permits`, permitCalls * 70, async () => {
    await using judge = await startJudge();
    return await measureFreePermits(contender, judge, permitCalls);
  }),
);
const calmRuns = await timed(`${windows} windows of 5 s`, calm.durationMs, () =>
  sideBySide((contender) => backlog(contender, calm)),
);
const tideRuns = await timed(`${tides} tides`, tides * 3.3 * CEILINGS.windowMs, () =>
  sideBySide(async (contender) => {
    await using judge = await startJudge();
    return await runTides(contender, judge, { ceilings: CEILINGS, tides });
  }),
);
/** A minute's window is quiet nearly all of the time, so the faults of others do not disturb it. */
const [realRuns, hurtRuns] = await Promise.all([
  minutes === 0
    ? undefined
    : timed(`${minutes} windows of a minute`, real.durationMs, () =>
        sideBySide((contender) => backlog(contender, real)),
      ),
  oneByOne((contender) =>
    timed(`${contender}: ${windows} windows of 5 s with faults`, calm.durationMs, () =>
      backlog(contender, { ...calm, faults: true }),
    ),
  ),
]);

const of = <T>(measured: Measured<T>, contender: Contender): T => measured.get(contender) as T;
const reports: Report[] = contenders.map((contender) => ({
  contender,
  permits: of(permits, contender),
  calm: of(calmRuns, contender),
  hurt: of(hurtRuns, contender),
  tides: of(tideRuns, contender),
  real: realRuns === undefined ? undefined : of(realRuns, contender),
}));
for (const line of [...tableHead(), ...reports.flatMap(row)]) console.log(line);

const ours = reports.find(({ contender }) => contender === 'ours');
const missed = ours === undefined ? [] : missedGoals(ours);
for (const goal of missed) console.log(`missed: ${goal}`);
process.exitCode = missed.length === 0 ? 0 : 1;
const summaries = Object.fromEntries(reports.map((report) => [report.contender, summaryOf(report)]));
console.log(JSON.stringify({ ...summaries, load: loadavg().map((load) => Number(load.toFixed(1))), missed }));
