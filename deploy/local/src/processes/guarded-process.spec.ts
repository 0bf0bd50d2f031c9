import { describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuarded } from './guarded-process.ts';
import { pollUntil } from './poll-until.ts';

jest.setTimeout(120_000);

const GONE_WITHIN_MS = 3_000;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A parent of its own that starts a guarded `sleep`, says its pid, and waits to be killed. */
async function startParent(directory: string): Promise<{ parent: number; child: number }> {
  const module = new URL('./guarded-process.ts', import.meta.url).href;
  const script = `
    const { startGuarded } = await import(${JSON.stringify(module)});
    const options = { name: 'sleep', command: 'sleep', args: ['300'], output: 'pipe' };
    const { pid } = await startGuarded({ ...options, ifOrphaned: ['rm', '-rf', '--', ${JSON.stringify(directory)}] });
    console.log(pid);
    // A guarded process keeps nobody alive; this parent shall end by the signal and not by itself.
    setInterval(() => undefined, 1_000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent: parent.pid as number, child: Number(line) };
}

describe('a guarded process', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'dies within seconds of a parent ended by %s, its data removed',
    async (signal) => {
      const directory = await mkdtemp(join(tmpdir(), "trendpot-guard's spec-"));
      try {
        const { parent, child } = await startParent(directory);
        expect(isAlive(child)).toBe(true);
        process.kill(parent, signal);
        const gone = await pollUntil(async () => (isAlive(child) ? undefined : true), { deadlineMs: GONE_WITHIN_MS });
        expect(gone).toBe(true);
        const removed = await pollUntil(
          () =>
            access(directory).then(
              () => undefined,
              () => true,
            ),
          { deadlineMs: GONE_WITHIN_MS },
        );
        expect(removed).toBe(true);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  );

  it('tells how the command ended', async () => {
    const command = { name: 'sh', command: 'sh', output: 'pipe' } as const;
    expect(await (await startGuarded({ ...command, args: ['-c', 'exit 78'] })).untilExit()).toBe(78);
    const killed = await startGuarded({ ...command, args: ['-c', 'exec sleep 300'] });
    killed.signal('SIGKILL');
    expect(await killed.untilExit()).toBe(137);
  });

  it('ends with 127 when there is no such command', async () => {
    const absent = await startGuarded({ name: 'absent', command: '/does/not/exist', args: [], output: 'pipe' });
    expect(await absent.untilExit()).toBe(127);
  });
});
