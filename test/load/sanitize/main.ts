import { loadavg } from 'node:os';
import { parseFragment, serialize } from 'parse5';
import sanitizeHtml from 'sanitize-html';
import { ASKED, ours, VECTORS } from '../../../services/embed-sanitizer/test/vectors.ts';
import { percentile, rounded } from '../numbers.ts';
import { readNumber } from '../read-number.ts';

const HELP = `npm run bench:sanitize [-- --seconds N]

Embeds a second: ours, sanitize-html with a fitting allowlist, and parse5 alone (read and written again, which is the
floor of whoever parses). All in one run and one process, so that the numbers compare. The last line is one JSON object.

  --seconds N   for each (3)
`;

const SECONDS = readNumber(HELP, 'seconds', 3);
const real = VECTORS.filter(({ name }) => name.startsWith('real-')).map(({ html }) => html);
const all = VECTORS.map(({ html }) => html);

const options: sanitizeHtml.IOptions = {
  allowedTags: ['blockquote', 'section', 'a', 'p', 'strong', 'br', 'iframe'],
  allowedAttributes: { blockquote: ['class', 'cite', 'data-video-id'], a: ['href', 'title'], iframe: ['src'] },
  allowedSchemes: ['https'],
  allowedIframeHostnames: ['www.tiktok.com'],
};

const WAYS: Readonly<Record<string, (html: string) => unknown>> = {
  'embed-sanitizer': (html) => ours({ videoId: ASKED, html }),
  'sanitize-html': (html) => sanitizeHtml(html, options),
  'parse5 alone': (html) => serialize(parseFragment(html)),
};

const measure = (work: (html: string) => unknown, corpus: readonly string[]) => {
  const run = (untilMs: number): number[] => {
    const times: number[] = [];
    for (let index = 0; performance.now() < untilMs; index += 1) {
      const started = performance.now();
      work(corpus[index % corpus.length] ?? '');
      times.push(performance.now() - started);
    }
    return times;
  };
  run(performance.now() + 500);
  const started = performance.now();
  const times = run(started + SECONDS * 1000);
  const perSecond = Math.round((times.length * 1000) / (performance.now() - started));
  return {
    perSecond,
    p50Ms: rounded(percentile(times, 0.5), 3),
    p99Ms: rounded(percentile(times, 0.99), 3),
  };
};

const results = Object.entries({ 'real embeds': real, 'all vectors': all }).map(([corpus, list]) => {
  const measured = Object.fromEntries(Object.entries(WAYS).map(([name, work]) => [name, measure(work, list)]));
  console.log(`${corpus} (${list.length})`);
  console.table(measured);
  return [corpus, measured] as const;
});
console.log(JSON.stringify({ ...Object.fromEntries(results), load: loadavg().map((load) => rounded(load, 1)) }));
