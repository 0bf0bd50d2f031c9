import type { CrashPlan, Fate, TikTokFault } from './crash-run.ts';

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

/** What one vault is asked to do, and whether the access token it meets is dead or about to end. */
export interface Path {
  readonly task: 'lease' | 'disconnect';
  readonly token: CrashPlan['token'];
  /** How many calls it takes when nothing goes wrong. */
  readonly calls: number;
}

/** Every way through a refresh or a disconnect. */
export const PATHS: readonly Path[] = [
  { task: 'lease', token: 'ending', calls: 8 },
  { task: 'disconnect', token: 'ending', calls: 9 },
  { task: 'disconnect', token: 'dead', calls: 13 },
];
export const MOST_CALLS = Math.max(...PATHS.map(({ calls }) => calls));

const FAULTS: readonly TikTokFault[] = ['none', 'none', 'none', 'drop', 'reset', 'hang', 'unavailable'];

const alone = ({ task, token }: Path, fate: Fate | undefined): CrashPlan => ({
  tasks: [task],
  fates: [fate],
  token,
  fault: 'none',
  order: 0,
  answerAfter: 0,
});

/** One vault, left alone. */
export const undisturbed = (path: Path): CrashPlan => alone(path, undefined);

/** One vault, dying at every place there is to die at. */
export const everyDeath = (path: Path): readonly CrashPlan[] =>
  Array.from({ length: path.calls * 2 }, (_, index) =>
    alone(path, { atCall: (index >> 1) + 1, when: index % 2 === 0 ? 'before' : 'after', what: 'death' }),
  );

/** One vault, frozen at every place until the one that takes over is in the middle of a refresh. */
export const everyFreeze = (path: Path): readonly CrashPlan[] =>
  everyDeath(path).map((plan) => ({
    ...plan,
    fates: plan.fates.map((fate) => fate && { ...fate, what: 'long freeze' }),
  }));

/** Two or three vaults on one account: who dies, who is frozen and who goes first is for chance to say. */
export const randomPlan = (seed: number): CrashPlan => {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const vaults = 2 + below(2);
  const fateOf = (): Fate | undefined => {
    if (random() < 0.4) return undefined;
    const dice = random();
    const what = dice < 0.7 ? 'death' : dice < 0.85 ? 'freeze' : 'long freeze';
    return { atCall: 1 + below(MOST_CALLS), when: random() < 0.5 ? 'before' : 'after', what };
  };
  const disconnects = random() < 0.3;
  return {
    tasks: Array.from({ length: vaults }, (_, index) =>
      disconnects && (index === 0 || random() < 0.3) ? 'disconnect' : 'lease',
    ),
    fates: Array.from({ length: vaults }, fateOf),
    token: random() < 0.5 ? 'ending' : 'dead',
    fault: FAULTS[below(FAULTS.length)] ?? 'none',
    order: seed,
    answerAfter: below(8),
  };
};
