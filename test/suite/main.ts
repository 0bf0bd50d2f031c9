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

/** On two cores: tests that start whole platforms wait for servers half of the time. */
const JEST_SUITES = [
  { name: 'unit', projects: ['unit'], workers: 2 },
  { name: 'house', projects: ['house'], workers: 2 },
  { name: 'flows', projects: ['flows'], workers: 3 },
  { name: 'security', projects: ['security'], workers: 2 },
  { name: 'failure', projects: ['failure'], workers: 3 },
  { name: 'browser', projects: ['browser'], workers: 1 },
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
for (const suite of JEST_SUITES) {
  if (wanted(suite.name)) tallies.push(await jestSuite(suite.name, suite.projects, suite.workers));
}

const { passed, failed } = total(tallies);
console.log(`\n${table(tallies)}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
