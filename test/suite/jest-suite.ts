import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import type { Tally } from './tally.ts';

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * Runs the Jest project of this name. A test that was skipped, and a file that could not be loaded, count as failed: what
 * did not run has promised nothing.
 */
export const jestSuite = async (name: string, workers: number): Promise<Tally> => {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'trendpot-test-'));
  const outputFile = join(folder, 'result.json');
  try {
    const status = await runCommand(
      'jest',
      [
        '--selectProjects',
        name,
        `--maxWorkers=${workers}`,
        '--json',
        `--outputFile=${outputFile}`,
        '--testTimeout=60000',
        // A handle that a failing test left open must not keep the whole run from ending.
        '--forceExit',
      ],
      { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
    );
    const text = await readFile(outputFile, 'utf8').catch(() => undefined);
    const seconds = (performance.now() - startedAt) / 1000;
    if (text === undefined) return { name, passed: 0, failed: 1, seconds };
    const result = JSON.parse(text) as JestResult;
    const failed =
      result.numFailedTests + result.numPendingTests + result.numTodoTests + result.numRuntimeErrorTestSuites;
    const nothingRan = result.numPassedTests + failed === 0;
    return {
      name,
      passed: result.numPassedTests,
      failed: failed === 0 && (status !== 0 || nothingRan) ? 1 : failed,
      seconds,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
