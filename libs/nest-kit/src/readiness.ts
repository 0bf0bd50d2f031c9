import type { Meters } from '@trendpot/observability';

export interface Readiness {
  add(name: string, check: () => Promise<void>): void;
  /** Names of the checks that fail now, in the order they were added. */
  failing(): Promise<readonly string[]>;
}

const CHECK_WITHIN_MS = 2_000;

const passes = async (check: () => Promise<void>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_WITHIN_MS);
  });
  try {
    return await Promise.race([check().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

/** Runs the checks at most once at a time, however many ask. A check added under a name replaces the one before. */
export const createReadiness = (meters: Pick<Meters, 'observe'>): Readiness => {
  const checks = new Map<string, { check: () => Promise<void>; passed: boolean }>();
  let running: Promise<readonly string[]> | undefined;

  const run = async (): Promise<readonly string[]> => {
    await Promise.all(
      [...checks.values()].map(async (entry) => {
        entry.passed = await passes(entry.check);
      }),
    );
    return [...checks].flatMap(([name, { passed }]) => (passed ? [] : [name]));
  };

  return {
    add: (name, check) => {
      if (!checks.has(name)) {
        meters.observe('service_ready', () => (checks.get(name)?.passed === true ? 1 : 0), { check: name });
      }
      checks.set(name, { check, passed: false });
    },
    failing: () => (running ??= run().finally(() => (running = undefined))),
  };
};
