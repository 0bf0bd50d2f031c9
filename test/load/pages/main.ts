import { parseArgs } from 'node:util';
import { CEILINGS, startPipelineLab } from '../../pipeline/lab.ts';
import { measurePages, type PagesResult } from './measure.ts';

const HELP = `bench:pages [--videos N]

Pages a second through ingestion against a bare script that only fetches and writes the same pages, ceilings lifted, and
a page job's time beside TikTok's. Prints a table; the last line is one JSON object.
`;

const { values } = parseArgs({
  options: { videos: { type: 'string', default: '600' }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const AT_ONCE = 16;
const places = { maxAckPending: AT_ONCE };
await using lab = await startPipelineLab({
  topology: {
    ceilings: { ...CEILINGS, concurrent: AT_ONCE },
    consumers: { 'sync-first': places, 'sync-page': places },
  },
});
const videos = Number(values.videos);
const results: PagesResult[] = [];
for (const run of [
  { latencyMs: 0, creators: 1, atOnce: 1 },
  { latencyMs: 0, creators: AT_ONCE, atOnce: AT_ONCE },
  { latencyMs: 120, creators: 1, atOnce: 1 },
  { latencyMs: 120, creators: AT_ONCE, atOnce: AT_ONCE },
]) {
  const result = await measurePages(lab, { ...run, videos });
  results.push(result);
  console.log(
    `${run.creators} creators at once, TikTok takes ${run.latencyMs} ms: ` +
      `${result.pagesPerSecond.toFixed(1)} pages/s, bare ${result.barePagesPerSecond.toFixed(1)}, ` +
      `ratio ${result.ratio.toFixed(2)}; overhead p50 ${result.overheadP50Ms.toFixed(1)} ms, ` +
      `p99 ${result.overheadP99Ms.toFixed(1)} ms`,
  );
}
console.log(JSON.stringify({ runs: results }));
