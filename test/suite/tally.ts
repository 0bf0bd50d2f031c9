/** What a suite came to. `name` is what a reader would call it. */
export interface Tally {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
}

export const total = (tallies: readonly Tally[]): { passed: number; failed: number } => ({
  passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
  failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
});

export const table = (tallies: readonly Tally[]): string =>
  tallies
    .map(
      ({ name, passed, failed, seconds }) =>
        `${failed === 0 ? '✔' : '✘'} ${name.padEnd(28)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s`,
    )
    .join('\n');
