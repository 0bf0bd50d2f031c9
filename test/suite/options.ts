import { parseArgs } from 'node:util';
import { JEST_SUITES } from './jest-suites.ts';

export const SUITES = ['checks', ...JEST_SUITES] as const;
export type Suite = (typeof SUITES)[number];

export const HELP = `npm test [-- --only NAME] [--long]

Runs everything a change must pass: the static checks, the unit tests, the flow, security and failure tests on real
servers, and the browser test. What is missing on the machine is fetched first; what cannot be fetched is a failure.

  --only NAME   one of: ${SUITES.join(', ')}
  --long        the long form of failure tests, as in npm run test:failure
  --help        this text
`;

export interface SuiteOptions {
  readonly wanted: readonly Suite[];
  readonly long: boolean;
  readonly help: boolean;
}

/** @throws Error that says which argument nobody knows */
export const readOptions = (parameters: readonly string[]): SuiteOptions => {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      only: { type: 'string' },
      long: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, long, help } = values;
  const wanted = SUITES.filter((name) => only === undefined || only === name);
  if (wanted.length === 0) throw new Error(`--only must be one of ${SUITES.join(', ')}`);
  return { wanted, long, help };
};
