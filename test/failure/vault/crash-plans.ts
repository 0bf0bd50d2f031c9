import type { CrashPlan, TikTokFault } from './crash-run.ts';

/** A small generator with a seed, so that a run that failed can be had again. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** The longest way through a lease with a refresh has eight calls, through a disconnect eleven. */
const MOST_CALLS = 11;
const STALL_MS = 1_800;
const FAULTS: readonly TikTokFault[] = ['none', 'none', 'none', 'drop', 'reset', 'hang', 'unavailable'];

/** Every place one vault can die at, alone. */
export const everyDeath = (disconnects: number | undefined): readonly CrashPlan[] =>
  Array.from({ length: MOST_CALLS * 2 }, (_, index) => ({
    replicas: 1,
    deaths: [{ atCall: (index >> 1) + 1, when: index % 2 === 0 ? ('before' as const) : ('after' as const) }],
    fault: 'none' as const,
    disconnects,
    jitterMs: () => 0,
  }));

/** Two or three vaults on one account, dying, stalling and interleaving as chance has it. */
export const randomPlan = (seed: number): CrashPlan => {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const replicas = 2 + below(2);
  const deaths = Array.from({ length: replicas }, () => {
    if (random() < 0.4) return undefined;
    const when = random() < 0.5 ? ('before' as const) : ('after' as const);
    return { atCall: 1 + below(MOST_CALLS), when, ...(random() < 0.3 ? { stallMs: STALL_MS } : {}) };
  });
  return {
    replicas,
    deaths,
    fault: FAULTS[below(FAULTS.length)] ?? 'none',
    disconnects: random() < 0.25 ? below(replicas) : undefined,
    latencyMs: below(40),
    jitterMs: () => below(12),
  };
};
