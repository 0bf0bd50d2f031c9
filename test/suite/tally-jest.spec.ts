import { describe, expect, it } from '@jest/globals';
import { tallyJest, type JestFile } from './tally-jest.ts';

const ROOT = '/repository/';

const file = (path: string, status: string, ...tests: string[]): JestFile => ({
  name: `${ROOT}${path}`,
  status,
  startTime: 1_000,
  endTime: 3_500,
  assertionResults: tests.map((outcome) => ({ status: outcome })),
});
const GOOD = file('test/flows/good.flow.spec.ts', 'passed', 'passed', 'passed');

/** Passed and failed of each suite. */
const countsOf = (files: readonly JestFile[], exitStatus = 0, suites = ['flows'] as const) =>
  tallyJest(ROOT, suites, files, exitStatus).map(({ name, passed, failed }) => [name, passed, failed]);

describe('the count of tests', () => {
  it('puts every file to its suite, with the time of its files', () => {
    const files = [
      GOOD,
      file('test/flows/other.flow.spec.ts', 'failed', 'passed', 'failed'),
      file('libs/contracts/src/codes.spec.ts', 'passed', 'passed'),
      file('test/fakes/tiktok/src/walk.spec.ts', 'passed', 'passed'),
      file('test/docs/errors.spec.ts', 'passed', 'passed'),
    ];
    expect(tallyJest(ROOT, ['unit', 'house', 'flows'], files, 1)).toEqual([
      { name: 'unit', passed: 2, failed: 0, seconds: 5 },
      { name: 'house', passed: 1, failed: 0, seconds: 2.5 },
      { name: 'flows', passed: 3, failed: 1, seconds: 5 },
    ]);
  });

  it.each(['pending', 'todo', 'skipped', 'disabled'])('takes a test that is %s for a failure', (outcome) => {
    expect(countsOf([GOOD, file('test/flows/a.flow.spec.ts', 'focused', 'passed', outcome)])).toEqual([
      ['flows', 3, 1],
    ]);
  });

  it('takes a file that could not be loaded, or whose end went wrong, for a failure', () => {
    expect(countsOf([GOOD, file('test/flows/a.flow.spec.ts', 'failed')], 1)).toEqual([['flows', 2, 1]]);
    expect(countsOf([GOOD, file('test/flows/a.flow.spec.ts', 'failed', 'passed')], 1)).toEqual([['flows', 3, 1]]);
  });

  it('takes a suite without a test for a failure', () => {
    expect(countsOf([])).toEqual([['flows', 0, 1]]);
  });

  it('does not overlook that Jest itself failed', () => {
    expect(countsOf([GOOD], 1)).toEqual([
      ['flows', 2, 0],
      ['jest itself', 0, 1],
    ]);
  });
});
