import { parseArgs } from 'node:util';
import { jestSuite } from './jest-suite.ts';
import { fetchParts } from './parts.ts';
import { STATIC_CHECKS, staticChecks } from './static-checks.ts';
import { table, total, type Tally } from './tally.ts';

const HELP = `npm test [-- --only NAME] [--long]

Runs everything a change must pass: the static checks, the unit tests, the flow, security and failure tests on real
servers, and the browser test. What is missing on the machine is fetched first; what cannot be fetched is a failure.

  --only NAME   one of: checks, unit, house, flows, security, failure, browser
  --long        the long form of failure tests, as in npm run test:failure
  --help        this text
`;

/**
 * For two cores: what starts servers waits for them half of the time, so three work at once. Suites of one row run side
 * by side.
 */
const JEST_SUITES = [
  [{ name: 'unit', workers: 3 }],
  [{ name: 'house', workers: 2 }],
  [{ name: 'flows', workers: 3 }],
  [
    { name: 'security', workers: 1 },
    { name: 'browser', workers: 1 },
  ],
  [{ name: 'failure', workers: 3 }],
] as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    long: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

if (values.long) process.env['TEST_FORM'] = 'long';
// Twenty platforms of five services each are started: what Node compiled once need not be compiled again.
process.env['NODE_COMPILE_CACHE'] ??= new URL('../../node_modules/.cache/compiled', import.meta.url).pathname;
const wanted = (name: string): boolean => values.only === undefined || values.only === name;
const tallies: Tally[] = [];

// Fetching waits for the network most of the time; the checks do not.
const parts = values.only === 'checks' ? undefined : fetchParts();
// The services run compiled; everything below but the checks needs them.
const checks = wanted('checks') ? ['compile', ...STATIC_CHECKS] : ['compile'];
tallies.push(...(await staticChecks(checks)));
if (parts !== undefined) tallies.push(await parts);
for (const row of JEST_SUITES) {
  const suites = row.filter(({ name }) => wanted(name));
  tallies.push(...(await Promise.all(suites.map(({ name, workers }) => jestSuite(name, workers)))));
}

const { passed, failed } = total(tallies);
console.log(`\n${table(tallies)}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
