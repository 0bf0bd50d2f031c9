import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

const run = (...args: string[]) =>
  spawn(process.execPath, ['--conditions=@trendpot/source', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

const outcome = async (child: ReturnType<typeof run>): Promise<{ code: number | null; out: string; err: string }> => {
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
};

describe('the fake as a program', () => {
  it('says in one line where it listens, and ends at once on SIGTERM although a call waits', async () => {
    const child = run('--port', '0', '--knobs', '{"latencyMs":60000}');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { listening } = JSON.parse(line) as { listening: string };
    const control = `${listening}/__control`;
    const gate = JSON.stringify({ route: '/oembed', id: 'waiting' });
    await fetch(`${control}/hold-next`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: gate,
    });
    const waiting = fetch(`${listening}/oembed?url=x`).catch(() => 'broken off');
    await fetch(`${control}/held/waiting`);
    const ended = outcome(child);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await waiting).toBe('broken off');
  }, 20_000);

  it('explains itself', async () => {
    expect(await outcome(run('--help'))).toMatchObject({ code: 0, out: expect.stringContaining('--knobs JSON') });
  }, 20_000);

  it.each([['--port', 'many'], ['--knobs', '{"speed":1}'], ['--knobs', 'x'], ['--loud']])(
    'refuses %s %s in one line',
    async (...args) => {
      const { code, err } = await outcome(run(...args));
      expect([code, err.trim().split('\n').length]).toEqual([64, 1]);
    },
    20_000,
  );
});
