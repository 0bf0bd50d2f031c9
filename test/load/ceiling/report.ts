import type { Run } from './runs.ts';
import type { Contender } from './settings.ts';

export interface Report {
  readonly contender: Contender;
  readonly permits: { readonly p50: number; readonly p99: number; readonly count: number };
  readonly calm: Run;
  readonly hurt: Run;
  readonly tides: Run;
  readonly real: Run | undefined;
}

const COLUMNS = ['run', 'calls', 'most in a window', 'in flight', 'share of raw', 'share of allowed', 'day wasted'];
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export const tableHead = (): string[] => [line(COLUMNS), line(COLUMNS.map(() => '---'))];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const runRow = (name: string, { verdict, day }: Run): string =>
  line([
    name,
    String(verdict.calls),
    `${verdict.maxInWindow} (background ${verdict.maxBackgroundInWindow})`,
    String(verdict.maxInFlight),
    percent(verdict.usedShare),
    percent(verdict.usedOfAllowed),
    day === undefined ? 'has no day' : `${day.wasted} of ${day.taken}`,
  ]);

export const row = ({ contender, permits, calm, hurt, tides, real }: Report): string[] => [
  runRow(`${contender}, 5 s windows`, calm),
  runRow(`${contender}, with faults (most while lowered: ${hurt.verdict.maxWhileLowered})`, hurt),
  runRow(`${contender}, tides`, tides),
  ...(real === undefined ? [] : [runRow(`${contender}, true minute`, real)]),
  `${contender}: a free permit takes ${permits.p50.toFixed(1)} ms (p50), ${permits.p99.toFixed(1)} ms (p99), ${permits.count} taken`,
];
