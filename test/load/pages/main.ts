import { loadavg } from 'node:os';
import { CEILINGS, startPipelineLab } from '../../pipeline/lab.ts';
import { rounded } from '../numbers.ts';
import { readNumber } from '../read-number.ts';
import { measurePages, type PagesResult, type PagesRun } from './measure.ts';

const HELP = `npm run bench:pages [-- --videos N]

Pages a second through ingestion against a bare script that only fetches and writes the same pages, and what a page job
takes beside TikTok's own time. The last line is one JSON object: \`ratio\` is the one with all ceilings lifted, sixteen
libraries at once, each call answered after 120 ms; \`ratioAsTikTokAllows\` the one with five at once; \`ratioAtNoLatency\`
the one where TikTok takes no time at all and sixteen libraries share the processors. Exits 1 if \`ratio\` is below one half.

  --videos N   in each library (600)
`;

const VIDEOS = readNumber(HELP, 'videos', 600);

const AT_ONCE = 16;
const WARM_UP: PagesRun = { latencyMs: 0, creators: 2, atOnce: 2 };
const AS_TIKTOK_ALLOWS: PagesRun = { latencyMs: 120, creators: 5, atOnce: 5 };
const CEILINGS_LIFTED: PagesRun = { latencyMs: 120, creators: AT_ONCE, atOnce: AT_ONCE };
const NO_LATENCY: PagesRun = { latencyMs: 0, creators: AT_ONCE, atOnce: AT_ONCE };
const RUNS: readonly PagesRun[] = [
  { latencyMs: 120, creators: 1, atOnce: 1 },
  AS_TIKTOK_ALLOWS,
  CEILINGS_LIFTED,
  { latencyMs: 0, creators: 1, atOnce: 1 },
  NO_LATENCY,
];
const places = { maxAckPending: AT_ONCE };
await using lab = await startPipelineLab({
  topology: {
    ceilings: { ...CEILINGS, concurrent: AT_ONCE },
    consumers: { 'sync-first': places, 'sync-page': places },
  },
});
await measurePages(lab, WARM_UP, 100);
const results: PagesResult[] = [];
for (const run of RUNS) {
  const result = await measurePages(lab, run, VIDEOS);
  results.push(result);
  console.log(
    `${run.creators} libraries at once, TikTok takes ${run.latencyMs} ms: ` +
      `${result.pagesPerSecond.toFixed(1)} pages/s, bare ${result.barePagesPerSecond.toFixed(1)}, ` +
      `ratio ${result.ratio.toFixed(2)}; beside TikTok p50 ${result.overheadP50Ms.toFixed(1)} ms, ` +
      `p99 ${result.overheadP99Ms.toFixed(1)} ms`,
  );
}
const hundredths = (value: number): number => rounded(value, 2);
const runs = results.map((result) =>
  Object.fromEntries(Object.entries(result).map(([name, value]) => [name, hundredths(value)])),
);
const ratioOf = (run: PagesRun): number => hundredths(results[RUNS.indexOf(run)]?.ratio ?? 0);
const ratio = ratioOf(CEILINGS_LIFTED);
process.exitCode = ratio >= 0.5 ? 0 : 1;
const others = { ratioAsTikTokAllows: ratioOf(AS_TIKTOK_ALLOWS), ratioAtNoLatency: ratioOf(NO_LATENCY) };
console.log(JSON.stringify({ ratio, ...others, runs, load: loadavg().map(hundredths) }));
