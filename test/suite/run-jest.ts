import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JestSuite } from './jest-suites.ts';
import { runCommand } from './run-command.ts';
import type { Tally } from './tally.ts';
import { tallyJest, type JestFile } from './tally-jest.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** For two cores: what starts servers waits for them half of the time, so three files are at work at once. */
const AT_ONCE = 3;

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
});

/** Runs these suites as one, so that the end of each is filled with files of the next. */
export const runJest = async (suites: readonly JestSuite[]): Promise<Tally[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'trendpot-test-'));
  const outputFile = join(folder, 'result.json');
  try {
    const status = await runCommand(
      'jest',
      [
        '--selectProjects',
        ...suites,
        `--maxWorkers=${AT_ONCE}`,
        `--testSequencer=${join(ROOT, 'test', 'suite', 'slowest-first.ts')}`,
        '--json',
        `--outputFile=${outputFile}`,
        '--testTimeout=60000',
        // A handle that a failing test left open must not keep the whole run from ending.
        '--forceExit',
      ],
      environment(),
    );
    const written = await readFile(outputFile, 'utf8').catch(() => '{"testResults":[]}');
    const { testResults } = JSON.parse(written) as { testResults: readonly JestFile[] };
    return tallyJest(ROOT, suites, testResults, status);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
