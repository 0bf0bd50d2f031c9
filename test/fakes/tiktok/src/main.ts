import { parseArgs } from 'node:util';
import { startFakeTikTok } from './server.ts';
import type { Knobs } from './knobs.ts';

const HELP = `fake-tiktok [--port PORT] [--knobs JSON]

A TikTok for development and tests: OAuth, Display API, oEmbed and webhooks on 127.0.0.1.

  --port PORT   default 0: any free port
  --knobs JSON  how it shall behave from the start, for example {"dialect":"published","latencyMs":80}
  --help        this text

Prints {"listening":"http://..."} when it is ready. README.md lists the knobs and the control routes.
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    knobs: { type: 'string', default: '{}' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const fake = await startFakeTikTok({ port: Number(values.port), knobs: JSON.parse(values.knobs) as Partial<Knobs> });
  console.log(JSON.stringify({ listening: fake.url }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void fake.close());
}
