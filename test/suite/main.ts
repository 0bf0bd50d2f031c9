import { keepCompiledCode } from '@trendpot/local-platform';
import { JEST_SUITES } from './jest-suites.ts';
import { HELP, readOptions, type SuiteOptions } from './options.ts';
import { fetchParts } from './parts.ts';
import { runJest } from './run-jest.ts';
import { STATIC_CHECKS, staticChecks } from './static-checks.ts';
import { table, total, type Tally } from './tally.ts';

const WRONG_USAGE = 64;

const optionsOrExit = (): SuiteOptions => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exit(WRONG_USAGE);
  }
};

const run = async ({ wanted, long }: SuiteOptions): Promise<readonly Tally[]> => {
  if (long) process.env['TEST_FORM'] = 'long';
  // Twenty platforms of five services each are started.
  keepCompiledCode();
  const suites = JEST_SUITES.filter((name) => wanted.includes(name));
  // The services run compiled; all suites but the checks need them. Their types are judged once, by the check of all types.
  const checks = wanted.includes('checks') ? ['emit', ...STATIC_CHECKS] : ['emit'];
  // Fetching waits for the network most of the time; the checks do not.
  const [checked, parts] = await Promise.all([staticChecks(checks), suites.length === 0 ? [] : fetchParts()]);
  const tested = suites.length === 0 ? [] : await runJest(suites);
  return [...checked, ...parts, ...tested];
};

const options = optionsOrExit();
if (options.help) console.log(HELP);
else {
  const startedAt = performance.now();
  const tallies = await run(options);
  const { passed, failed } = total(tallies);
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(`\n${table(tallies)}\n\nin ${minutes} minutes\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
