import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually, startBackingStores, type BackingStores } from '@trendpot/testing';

const MAIN = fileURLToPath(new URL('../test/small-service.ts', import.meta.url));
const SECRET = 'canary-of-the-client';

let stores: BackingStores;
const children: ChildProcess[] = [];
beforeAll(async () => {
  stores = await startBackingStores();
}, 90_000);
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => (stores as BackingStores | undefined)?.stop());

type Line = Readonly<Record<string, unknown>> & { event: string; port?: number };

const start = (environment: Readonly<Record<string, string>>) => {
  const child = spawn('node', ['--conditions=@trendpot/source', MAIN], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines: Line[] = [];
  let errors = '';
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Line));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const line = (event: string) =>
    eventually(() => lines.find((one) => one.event === event), { withinMs: 45_000, what: event });
  return {
    lines,
    line,
    exit: async () => {
      if (child.exitCode === null) await once(child, 'exit');
      return { code: child.exitCode, errors };
    },
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    get: async (path: string) => fetch(`http://127.0.0.1:${(await line('service.starting')).port}${path}`),
  };
};
const whole = (overrides: Readonly<Record<string, string>> = {}) => ({
  ...stores.environmentOf('token-vault', 'small'),
  LOG_LEVEL: 'info',
  TIKTOK_CLIENT_SECRET: SECRET,
  ...overrides,
});

describe('a service with bad settings', () => {
  it('names every fault in one line, its own and the common ones, without a value, and exits 78', async () => {
    const { code, errors } = await start({
      NATS_URL: 'http://canary',
      PORT: 'canary',
      TIKTOK_CLIENT_SECRET: 'canary',
    }).exit();
    expect(code).toBe(78);
    expect(errors.trim().split('\n')).toEqual([
      'token-vault cannot start: configuration: MONGODB_URI is missing; ' +
        'NATS_URL must begin with nats:// or tls://; PORT must be a whole number; ' +
        'TIKTOK_CLIENT_SECRET must have 8 characters at least',
    ]);
  }, 60_000);

  it('names the setting whose file cannot be read', async () => {
    const { code, errors } = await start(whole({ NATS_CREDENTIALS_FILE: '/nowhere/x.nk' })).exit();
    expect(code).toBe(78);
    expect(errors).toContain('NATS_CREDENTIALS_FILE names a file that cannot be read');
  }, 60_000);

  it('says in one line that it cannot be built, and exits 1', async () => {
    const { code, errors } = await start(whole({ KMS: 'denied' })).exit();
    expect(code).toBe(1);
    expect(errors).toBe('token-vault cannot start: no managed key act.[redacted]\n');
  }, 60_000);

  it('says that its port is taken, and exits 1', async () => {
    const first = start(whole());
    const { port } = await first.line('service.ready');
    const { code, errors } = await start(whole({ PORT: String(port) })).exit();
    expect(code).toBe(1);
    expect(errors).toMatch(/^token-vault cannot start: .*EADDRINUSE.*\n$/);
  }, 60_000);
});

describe('a service without its backing stores', () => {
  it('lives, is not ready and says why, tells it once, and takes up work when they come', async () => {
    const { mongod } = stores;
    const nats = stores.nats.server;
    await Promise.all([nats.kill(), mongod.kill()]);
    const service = start(whole());
    await eventually(
      () => {
        const waiting = service.lines.filter(({ event }) => event === 'service.waiting');
        return new Set(waiting.map(({ waitingFor }) => waitingFor)).size === 2;
      },
      { withinMs: 45_000, what: 'the log of both' },
    );
    expect((await service.get('/healthz')).status).toBe(200);
    const unready = await service.get('/readyz');
    expect([unready.status, await unready.json()]).toEqual([
      503,
      { status: 'not ready', failing: ['nats', 'topology', 'mongo', 'application'] },
    ]);
    expect((await service.get('/metrics')).status).toBe(200);
    await Promise.all([nats.restart(), mongod.restart()]);
    await service.line('service.ready');
    expect((await service.get('/readyz')).status).toBe(200);
    const told = service.lines.filter(({ event }) => event === 'service.waiting').map(({ waitingFor }) => waitingFor);
    expect(told.length).toBeLessThanOrEqual(4);
    service.kill('SIGTERM');
    expect(await service.exit()).toEqual({ code: 0, errors: '' });
  }, 60_000);

  it('can be stopped while it waits', async () => {
    const service = start(whole({ NATS_URL: 'nats://127.0.0.1:9' }));
    await service.line('service.waiting');
    service.kill('SIGTERM');
    expect((await service.exit()).code).toBe(0);
  }, 60_000);

  it('waits for what passes while it builds itself', async () => {
    const service = start(whole({ KMS: 'slow' }));
    await service.line('service.ready');
    expect(service.lines.filter(({ event }) => event === 'service.waiting')).toMatchObject([
      { waitingFor: 'application', code: 'E_VAULT_KMS_UNAVAILABLE' },
    ]);
  }, 60_000);
});

describe('a fault nobody caught', () => {
  it('is logged without secrets and ends the service with 1', async () => {
    const service = start(whole());
    await service.line('service.ready');
    service.kill('SIGUSR2');
    const fault = await service.line('service.fault');
    expect(JSON.stringify(fault)).toContain('nobody caught act.[redacted]');
    expect(await service.exit()).toEqual({ code: 1, errors: '' });
  }, 60_000);
});

describe('a signal', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
    '%s drains the service and ends it with 0',
    async (signal) => {
      const service = start(whole());
      await service.line('service.ready');
      service.kill(signal);
      expect(await service.exit()).toEqual({ code: 0, errors: '' });
      expect(service.lines.map(({ event }) => event).slice(-2)).toEqual(['service.stopping', 'service.stopped']);
      expect(JSON.stringify(service.lines)).not.toContain(SECRET);
    },
    20_000,
  );
});
