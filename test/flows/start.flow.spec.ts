import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SERVICES, type ServiceName } from '@trendpot/contracts';
import { findFreePort, REPOSITORY, serviceMain } from '@trendpot/local-platform';

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

const run = (parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, parameters, {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([status]): Ended => ({ status: status as number | null, output, errors }));
  return { child, ended, errors: () => errors };
};

const START = ['--conditions=@trendpot/source', join('deploy', 'local', 'src', 'start', 'main.ts')];

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve((socket.destroy(), true)));
    socket.once('error', () => resolve(false));
  });

describe('npm start', () => {
  it('with --once connects, syncs, refreshes, disconnects, proves that nothing is left, and says so in one line', async () => {
    const { status, output, errors } = await run([...START, '--once', '--port', String(await findFreePort())]).ended;
    const report: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '');
    expect({ status, report, missing: errors.match(/missing.*/)?.[0] }).toMatchObject({
      status: 0,
      report: { ok: true, videos: 137, pages: 8, leftAfterDisconnect: 0, leastCalls: 14 },
    });
  }, 120_000);

  it('stays up until Ctrl-C, which leaves no process and no port behind', async () => {
    const port = await findFreePort();
    const { child, ended, errors } = run([...START, '--port', String(port), '--creator', 'none']);
    while (!errors().includes('Connect another creator')) {
      await Promise.race([once(child.stderr, 'data'), ended]);
      if (child.exitCode !== null) throw new Error(errors());
    }
    const processes = [...errors().matchAll(/ready, process (\d+)/g)].map(([, pid]) => Number(pid));
    expect(processes).toHaveLength(5);
    child.kill('SIGINT');
    expect((await ended).status).toBe(0);
    expect(await answers(port)).toBe(false);
    for (const pid of processes) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }, 120_000);

  it('explains itself', async () => {
    const { status, output } = await run([...START, '--help']).ended;
    expect(status).toBe(0);
    expect(output).toContain('--once');
  });

  it('refuses an argument that nobody knows', async () => {
    expect((await run([...START, '--twice']).ended).status).toBe(64);
  });
});

describe('a service with bad settings', () => {
  const CANARY = 'canary-value-0123456789';
  const expected: Readonly<Record<ServiceName, readonly string[]>> = {
    'auth-gateway': ['TIKTOK_CLIENT_KEY', 'MONGODB_URI', 'NATS_URL', 'LOG_LEVEL'],
    'token-vault': ['TIKTOK_TOKEN_ENC_KEY_ID', 'TIKTOK_CLIENT_KEY', 'NATS_URL', 'LOG_LEVEL'],
    ingestion: ['MONGODB_URI', 'NATS_URL', 'LOG_LEVEL'],
    'metrics-refresher': ['MONGODB_URI', 'NATS_URL', 'LOG_LEVEL'],
    'embed-sanitizer': ['NATS_URL', 'LOG_LEVEL'],
  };

  it.each([...SERVICES])(
    '%s names every fault in one line, never a value, and exits 78',
    async (service) => {
      const { status, errors } = await run([serviceMain(service)], { NATS_URL: CANARY, LOG_LEVEL: CANARY }).ended;
      expect(status).toBe(78);
      expect(errors.trim().split('\n')).toHaveLength(1);
      for (const name of expected[service]) expect(errors).toContain(name);
      expect(errors).not.toContain(CANARY);
    },
    20_000,
  );
});
