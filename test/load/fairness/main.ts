import { loadavg } from 'node:os';
import { startPipelineLab } from '../../pipeline/lab.ts';
import { median, rounded } from '../numbers.ts';
import { readNumber } from '../read-number.ts';
import { measureFairness, type Crowd } from './measure.ts';

const HELP = `npm run bench:fairness [-- --rounds N]

One creator of 10,000 videos and 50 creators of 20: how long the 50 take beside the one, against 50 alone in the same
run, at the default settings with the ceilings lifted and TikTok taking 120 ms. With pages of 20 a library is one page,
served in the lane of first pages; with pages of 5 most pages take turns with those of the one. Then the 50 consent one
after another, for the time to the first page. The last line is one JSON object. Exits 1 when the 50 take more than 1.2
times as long, or one in twenty waits more than 2 s for the first page.

  --rounds N   of each crowd; the median counts (3)
`;

const ROUNDS = readNumber(HELP, 'rounds', 3);

const LATENCY_MS = 120;
const GREAT_LIBRARY = 10_000;
const FIFTY = { creators: 50, videos: 20 } as const;
const CROWDS: Readonly<Record<string, Crowd>> = {
  'all at once, pages of 20': { ...FIFTY, everyMs: 0, pageSize: 20 },
  'all at once, pages of 5': { ...FIFTY, everyMs: 0, pageSize: 5 },
  'one every 200 ms, pages of 20': { ...FIFTY, everyMs: 200, pageSize: 20 },
};

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((left, right) => left - right);
const p95 = (numbers: readonly number[]): number => sorted(numbers)[Math.ceil(numbers.length * 0.95) - 1] ?? NaN;

type Round = Readonly<
  Record<'aloneMs' | 'besideMs' | 'ratio' | 'firstPageP95AloneMs' | 'firstPageP95Ms' | 'backlogPages', number>
>;

await using lab = await startPipelineLab({ knobs: { latencyMs: LATENCY_MS } });

const measureRound = async (crowd: Crowd): Promise<Round> => {
  const { alone, beside, backlogPages } = await measureFairness(lab, crowd, GREAT_LIBRARY);
  return {
    aloneMs: rounded(alone.allDoneMs),
    besideMs: rounded(beside.allDoneMs),
    ratio: rounded(beside.allDoneMs / alone.allDoneMs, 3),
    firstPageP95AloneMs: rounded(p95(alone.firstPageMs)),
    firstPageP95Ms: rounded(p95(beside.firstPageMs)),
    backlogPages,
  };
};

const results: (Round & { readonly crowd: string })[] = [];
for (const [name, crowd] of Object.entries(CROWDS)) {
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) {
    const round = await measureRound(crowd);
    rounds.push(round);
    console.log(`${name}: ${JSON.stringify(round)}`);
  }
  const fields = Object.keys(rounds[0] ?? {}) as (keyof Round)[];
  const medians = fields.map((field) => [field, median(rounds.map((round) => round[field]))]);
  results.push({ crowd: name, ...(Object.fromEntries(medians) as Round) });
}
const ratio = Math.max(...results.map((result) => result.ratio));
const firstPageP95Ms = results.at(-1)?.firstPageP95Ms ?? NaN;
process.exitCode = ratio <= 1.2 && firstPageP95Ms <= 2_000 ? 0 : 1;
console.log(JSON.stringify({ ratio, firstPageP95Ms, results, load: loadavg().map((load) => rounded(load, 1)) }));
