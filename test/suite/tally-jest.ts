import { relative } from 'node:path';
import { suiteOf, type JestSuite } from './jest-suites.ts';
import { total, type Tally } from './tally.ts';

/** What Jest writes of one spec file, as far as it is looked at here. */
export interface JestFile {
  readonly name: string;
  readonly status: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly assertionResults: readonly { readonly status: string }[];
}

const passedIn = ({ assertionResults }: JestFile): number =>
  assertionResults.filter(({ status }) => status === 'passed').length;

const failedIn = (file: JestFile): number => {
  const failed = file.assertionResults.length - passedIn(file);
  return failed === 0 && file.status !== 'passed' ? 1 : failed;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((whole, number) => whole + number, 0);

const tallyOf = (name: JestSuite, files: readonly JestFile[]): Tally => {
  const passed = sum(files.map(passedIn));
  const failed = sum(files.map(failedIn));
  const seconds = sum(files.map(({ startTime, endTime }) => endTime - startTime)) / 1000;
  return { name, passed, failed: passed + failed === 0 ? 1 : failed, seconds };
};

/**
 * What each suite came to. A test that was skipped, a file that could not be loaded, a suite without any test and an exit
 * status of Jest that nothing explains count as failed: what did not run has promised nothing. Files of several suites run
 * side by side, so a suite's seconds are those of its files, added up.
 */
export const tallyJest = (
  root: string,
  suites: readonly JestSuite[],
  files: readonly JestFile[],
  exitStatus: number,
): Tally[] => {
  const tallies = suites.map((name) =>
    tallyOf(
      name,
      files.filter((file) => suiteOf(relative(root, file.name)) === name),
    ),
  );
  const isUnexplained = exitStatus !== 0 && total(tallies).failed === 0;
  return isUnexplained ? [...tallies, { name: 'jest itself', passed: 0, failed: 1, seconds: 0 }] : tallies;
};
