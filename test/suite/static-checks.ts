import { runCommand } from './run-command.ts';
import type { Tally } from './tally.ts';

/** In the order in which they are begun: what takes longest must not be begun last. */
export const STATIC_CHECKS = ['lint', 'types', 'format', 'unused', 'borders'] as const;

/** Each of them keeps one core busy. */
const AT_ONCE = 2;
const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };

/** One of the cached checks of project.json; counts as one test. */
const staticCheck = async (name: string): Promise<Tally> => {
  const startedAt = performance.now();
  const status = await runCommand('nx', ['run', `trendpot-tiktok:${name}`, '--outputStyle=stream'], environment);
  return {
    name: `check: ${name}`,
    passed: status === 0 ? 1 : 0,
    failed: status === 0 ? 0 : 1,
    seconds: (performance.now() - startedAt) / 1000,
  };
};

/** Runs these checks, two at a time. */
export const staticChecks = async (names: readonly string[]): Promise<Tally[]> => {
  const tallies = new Map<string, Tally>();
  const queue = [...names];
  const lane = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) tallies.set(name, await staticCheck(name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return names.flatMap((name) => tallies.get(name) ?? []);
};
