import { runCommand } from './run-command.ts';
import type { Tally } from './tally.ts';

export const STATIC_CHECKS = ['types', 'lint', 'format', 'unused', 'borders'] as const;

const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };

/** One of the cached checks of project.json; counts as one test. */
export const staticCheck = async (name: string): Promise<Tally> => {
  const startedAt = performance.now();
  const status = await runCommand('nx', ['run', `trendpot-tiktok:${name}`, '--outputStyle=stream'], environment);
  return {
    name: `check: ${name}`,
    passed: status === 0 ? 1 : 0,
    failed: status === 0 ? 0 : 1,
    seconds: (performance.now() - startedAt) / 1000,
  };
};
