import { spawn } from 'node:child_process';
import { expect, it } from '@jest/globals';

const LOGGER = new URL('./logger.ts', import.meta.url).href;

/** A process that logs; `body` is what it does. */
const logging = (body: string) => {
  const script = `
    const { createLogger } = await import('${LOGGER}');
    const logger = createLogger({ service: 'ingestion', level: 'info' });
    ${body}`;
  const parameters = ['--conditions=@trendpot/source', '--input-type=module', '-e', script];
  return spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
};

const outcomeOf = async (child: ReturnType<typeof logging>) => {
  let written = '';
  let faults = '';
  child.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, faults, lines: written.split('\n').filter((line) => line !== '') };
};

const eventsOf = (lines: readonly string[]): unknown[] =>
  lines.map((line) => (JSON.parse(line) as { event: unknown }).event);

it('writes every line whole and in order, however many come in one turn', async () => {
  const { lines } = await outcomeOf(
    logging(`for (let line = 0; line < 3000; line += 1) logger.info('line.' + line, { text: 'x'.repeat(line % 50) });`),
  );
  expect(eventsOf(lines)).toEqual(Array.from({ length: 3_000 }, (_, line) => `line.${line}`));
});

it('has written a line when the turn is over, though the process is killed then', async () => {
  const { lines } = await outcomeOf(
    logging(`logger.info('held'); setImmediate(() => setImmediate(() => process.kill(process.pid, 'SIGKILL')));`),
  );
  expect(eventsOf(lines)).toEqual(['held']);
});

it.each([
  ['exits in the same turn', 'process.exit(3);', 3],
  ['fails in the same turn', `throw new Error('a fault');`, 1],
])('loses nothing when the process %s', async (_how, end, wanted) => {
  const { status, lines } = await outcomeOf(logging(`logger.info('last.words'); ${end}`));
  expect(eventsOf(lines)).toEqual(['last.words']);
  expect(status).toBe(wanted);
});

it('lets the process go on when nobody reads any more', async () => {
  const child = logging(`
    process.on('SIGTERM', () => process.exit(7));
    setInterval(() => logger.info('to.nobody'), 5);
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 400);`);
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await outcomeOf(child)).toMatchObject({ status: 7, faults: '' });
});
