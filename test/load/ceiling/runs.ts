import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../numbers.ts';
import { openArena } from './arena.ts';
import type { Judge } from './fake-tiktok-process.ts';
import { faultsOf, type CeilingChange } from './faults.ts';
import { CEILINGS, type Ceilings, type Contender } from './settings.ts';
import { judgeArrivals, type Verdict } from './verdict.ts';

export interface Run {
  readonly verdict: Verdict;
  /**
   * Day permits that bought no call, and all that were taken; undefined where the contender has no day. Below 0 if there
   * were calls without one.
   */
  readonly day: { readonly wasted: number; readonly taken: number } | undefined;
}

const ENDLESS = 12_000;
const now = (): number => performance.timeOrigin + performance.now();

/** Work waits all the time; faults strike on the way if wanted. */
export const runBacklog = async (
  contender: Contender,
  judge: Judge,
  options: {
    readonly ceilings: Ceilings;
    readonly durationMs: number;
    readonly faults: boolean;
    log(line: string): void;
  },
): Promise<Run> => {
  await judge.forget();
  await using arena = await openArena(contender, judge, options.ceilings);
  const changes: CeilingChange[] = [];
  const startedAt = now();
  await arena.give(ENDLESS);
  for (const fault of options.faults ? faultsOf(options.ceilings, changes) : []) {
    await delay(Math.max(0, startedAt + fault.at * options.durationMs - now()));
    options.log(`  ${Math.round((now() - startedAt) / 1_000)} s: ${fault.name}`);
    await fault.strike(arena);
  }
  await delay(Math.max(0, startedAt + options.durationMs - now()));
  const endedAt = now();
  await Promise.all(arena.workers.map((worker) => worker.end('stop')));
  const taken = await arena.server.dayPermitsTaken();
  const arrivals = await judge.arrivals();
  const verdict = judgeArrivals(arrivals, options.ceilings, changes, options.faults ? endedAt : arrivals.at(-1)?.at);
  return { verdict, day: taken === undefined ? undefined : { taken, wasted: taken - arrivals.length } };
};

/** Nearly no work, then a flood late in a window, again and again: what fixed windows let through twice. */
export const runTides = async (
  contender: Contender,
  judge: Judge,
  options: { readonly ceilings: Ceilings; readonly tides: number },
): Promise<Run> => {
  await judge.forget();
  await using arena = await openArena(contender, judge, options.ceilings);
  const { perWindow, windowMs } = options.ceilings;
  for (let tide = 0; tide < options.tides; tide += 1) {
    await arena.give(4);
    await delay(windowMs * 0.8);
    await arena.give(perWindow * 2);
    await delay(windowMs * 2.5);
  }
  const taken = await arena.server.dayPermitsTaken();
  const arrivals = await judge.arrivals();
  const verdict = judgeArrivals(arrivals, options.ceilings);
  return { verdict, day: taken === undefined ? undefined : { taken, wasted: taken - arrivals.length } };
};

/** How long a permit takes that is free to be had: no ceiling is near, four processes ask now and then. */
export const measureFreePermits = async (
  contender: Contender,
  judge: Judge,
  calls: number,
): Promise<{ readonly p50: number; readonly p99: number; readonly count: number }> => {
  await using arena = await openArena(contender, judge, { ...CEILINGS, perWindow: 50_000, background: 50_000 });
  const WARM_UP = 20;
  for (let given = 0; given < calls + WARM_UP; given += 1) {
    await arena.server.give(1);
    arena.workers[given % arena.workers.length]?.send({ type: 'work', calls: 1 });
    await delay(60);
  }
  await delay(500);
  const waits = arena.workers.flatMap((worker) => worker.waits.slice(WARM_UP / arena.workers.length));
  return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99), count: waits.length };
};
