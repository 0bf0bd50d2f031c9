import { parseArgs } from 'node:util';
import type { Knobs } from './knobs.ts';
import { startFakeTikTok, type FakeTikTok } from './server.ts';

const HELP = `fake-tiktok [--port PORT] [--knobs JSON]

A TikTok for development and tests: OAuth, Display API, oEmbed and webhooks on 127.0.0.1.

  --port PORT   default 0: any free port
  --knobs JSON  how it shall behave from the start, for example {"dialect":"published","latencyMs":80}
  --help        this text

Prints {"listening":"http://127.0.0.1:PORT"} when it is ready; ends on SIGTERM and SIGINT.
README.md lists the knobs and the control routes.
`;

const USAGE_ERROR = 64;

const start = async (): Promise<FakeTikTok | undefined> => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      knobs: { type: 'string', default: '{}' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError('--port must be 0 to 65535');
  return startFakeTikTok({ port, knobs: JSON.parse(values.knobs) as Partial<Knobs> });
};

try {
  const fake = await start();
  if (fake !== undefined) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      // A delivery or a latency that is still waiting must not keep the process.
      process.once(signal, () => void fake.close().then(() => process.exit(0)));
    }
    console.log(JSON.stringify({ listening: fake.url }));
  }
} catch (error) {
  console.error(`fake-tiktok: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = USAGE_ERROR;
}
