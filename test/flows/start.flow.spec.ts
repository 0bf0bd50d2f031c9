import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICES, type ServiceName } from '@trendpot/contracts';
import { findFreePort, REPOSITORY, serviceMain } from '@trendpot/local-platform';
import { eventually } from '@trendpot/testing';
import { descendantsOf, isStillThere, portsOf, type ProcessIdentity } from './left-behind.ts';

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

const run = (parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, parameters, {
    cwd: REPOSITORY,
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...environment },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([status]): Ended => ({ status: status as number | null, output, errors }));
  /** Until it has said so; fails if it ends before. */
  const says = async (text: string): Promise<void> => {
    while (!errors.includes(text)) {
      await Promise.race([once(child.stderr, 'data'), ended]);
      if (child.exitCode !== null) throw new Error(errors);
    }
  };
  return { child, pid: child.pid as number, ended, says, errors: () => errors };
};

const MAIN = join('deploy', 'local', 'src', 'start', 'main.ts');
const START = ['--conditions=@trendpot/source', MAIN];

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve((socket.destroy(), true)));
    socket.once('error', () => resolve(false));
  });

/** The two programs that hold data, the KMS endpoint, the fake TikTok, five services. */
const PROGRAMS = 9;

/** Everything a run has on the machine beside the cache of fetched programs. */
interface Traces {
  readonly processes: readonly ProcessIdentity[];
  readonly ports: readonly number[];
}

const tracesOf = async (pid: number): Promise<Traces> => {
  const processes = await descendantsOf(pid);
  return { processes, ports: await portsOf(processes) };
};

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'trendpot-start-flow-'));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

const startUp = async (...parameters: string[]) =>
  run([...START, '--port', String(await findFreePort()), ...parameters], {
    TMPDIR: temporary,
    // A person is given ten seconds to watch; the refresh of the counts is the same.
    TIKTOK_METRICS_REFRESH_INTERVAL_MS: '3000',
  });

const leftOf = async ({ processes, ports }: Traces) => ({
  processes: (await Promise.all(processes.map(isStillThere))).filter(Boolean).length,
  ports: (await Promise.all(ports.map(answers))).filter(Boolean).length,
  folders: (await readdir(temporary)).filter((name) => name.startsWith('trendpot-')),
});
const NOTHING = { processes: 0, ports: 0, folders: [] };

const lastLineOf = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '');

describe('npm start', () => {
  it('with --once connects, syncs, refreshes, disconnects, proves that nothing is left, and says so in one line', async () => {
    const { status, output, errors } = await (await startUp('--once')).ended;
    expect({ status, report: lastLineOf(output), missing: errors.match(/Missing.*/)?.[0] }).toMatchObject({
      status: 0,
      report: { ok: true, videos: 137, pages: 8, leftAfterDisconnect: 0, leastCalls: 14 },
    });
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(errors).toContain('Stopping');
  }, 120_000);

  it('stays up until Ctrl-C, which leaves no process, no port and no folder behind', async () => {
    const { child, pid, ended, says } = await startUp('--creator', 'none');
    await says('Connect another creator');
    const traces = await tracesOf(pid);
    expect(traces.ports.length).toBeGreaterThanOrEqual(PROGRAMS);
    // As from a terminal: it reaches this process, and npm passes it on once more.
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect((await ended).status).toBe(0);
    expect(await leftOf(traces)).toEqual(NOTHING);
  }, 120_000);

  it('with --once reports what an interruption left undone, after the disconnect and the end of everything', async () => {
    const { child, pid, ended, says } = await startUp('--once', '--creator', 'prolific');
    await says(' synced: ');
    const traces = await tracesOf(pid);
    child.kill('SIGTERM');
    const { status, output } = await ended;
    expect([status, lastLineOf(output)]).toEqual([
      1,
      expect.objectContaining({ ok: false, missing: expect.arrayContaining(['the sync: interrupted']) }),
    ]);
    expect(await leftOf(traces)).toEqual(NOTHING);
  }, 120_000);

  it('leaves nothing behind when it is interrupted while it starts', async () => {
    const { child, pid, ended, says } = await startUp();
    await says('MongoDB: ');
    const traces = await tracesOf(pid);
    child.kill('SIGINT');
    expect((await ended).status).toBe(0);
    await eventually(async () => (await leftOf(traces)).processes === 0, { what: 'the end of every process' });
    await eventually(async () => (await leftOf(traces)).folders.length === 0, { what: 'the end of every folder' });
  }, 120_000);

  it('leaves nothing behind when it is killed, no key of NATS least of all', async () => {
    const { child, pid, ended, says } = await startUp('--creator', 'none');
    await says('Connect another creator');
    const traces = await tracesOf(pid);
    child.kill('SIGKILL');
    await ended;
    await eventually(async () => (await leftOf(traces)).processes === 0, { what: 'the end of every process' });
    expect(await leftOf(traces)).toEqual(NOTHING);
  }, 120_000);

  it('stops, and says why, when a service dies', async () => {
    const { pid, ended, says, errors } = await startUp('--creator', 'none');
    await says('Connect another creator');
    const traces = await tracesOf(pid);
    process.kill(Number(/metrics-refresher: ready, process (\d+)/.exec(errors())?.[1]), 'SIGKILL');
    const { status } = await ended;
    expect([status, errors()]).toEqual([1, expect.stringContaining('metrics-refresher: ended with code 137')]);
    expect(await leftOf(traces)).toEqual(NOTHING);
  }, 120_000);

  it('ends with 1 when there is no such creator, before it starts anything else, and with --once says so in the report', async () => {
    const [up, once] = await Promise.all([
      startUp('--creator', 'bogus').then(({ ended }) => ended),
      startUp('--once', '--creator', 'bogus').then(({ ended }) => ended),
    ]);
    const fault = 'the fake TikTok has no creator called bogus';
    expect([up.status, up.errors]).toEqual([1, expect.stringContaining(fault)]);
    expect([once.status, lastLineOf(once.output)]).toEqual([
      1,
      expect.objectContaining({ ok: false, missing: [`the start: ${fault}`], leftAfterDisconnect: null }),
    ]);
    expect((await readdir(temporary)).filter((name) => name.startsWith('trendpot-'))).toEqual([]);
    for (const { errors } of [up, once]) expect(errors).not.toContain('MongoDB: ');
  }, 120_000);

  it('with --once reports a start that failed', async () => {
    const { status, output } = await run([...START, '--once'], { NATS_URL: 'nats://127.0.0.1:1', TMPDIR: temporary })
      .ended;
    expect([status, lastLineOf(output)]).toEqual([
      1,
      expect.objectContaining({
        ok: false,
        missing: [expect.stringMatching(/^the start: nats-server: NATS_URL is set/)],
      }),
    ]);
  }, 60_000);

  it('explains itself', async () => {
    const { status, output } = await run([...START, '--help']).ended;
    expect(status).toBe(0);
    expect(output).toContain('--once');
  }, 30_000);

  it.each<[string, readonly string[], NodeJS.ProcessEnv, number, RegExp]>([
    ['an argument that nobody knows', ['--twice'], {}, 64, /--twice/],
    ['a port that is none', ['--port', '0'], {}, 64, /^--port must be/],
    [
      'half of the credentials',
      [],
      { TIKTOK_CLIENT_KEY: 'k' },
      78,
      /^configuration: TIKTOK_CLIENT_SECRET is missing.*\n$/,
    ],
    ['the other half', [], { TIKTOK_CLIENT_SECRET: 'canary' }, 78, /^configuration: TIKTOK_CLIENT_KEY is missing.*\n$/],
    [
      '--once at the real TikTok',
      ['--once'],
      { TIKTOK_CLIENT_KEY: 'k', TIKTOK_CLIENT_SECRET: 'canary' },
      64,
      /^--once is for the fake TikTok.*\n$/,
    ],
    [
      'ceilings that make no sense',
      [],
      { TIKTOK_RATE_LIMIT_PER_MIN: '10' },
      78,
      /^configuration: TIKTOK_INGESTION_RATE_LIMIT_PER_MIN exceeds.*\n$/,
    ],
    [
      'addresses of servers that are none, all of them at once',
      [],
      {
        NATS_URL: 'canary:4222',
        MONGODB_URI: 'canary:27017',
        AWS_ENDPOINT_URL_KMS: 'canary',
        TIKTOK_API_DIALECT: 'canary',
      },
      78,
      /^configuration: AWS_ENDPOINT_URL_KMS [^;]+; MONGODB_URI [^;]+; NATS_URL [^;]+; TIKTOK_API_DIALECT [^;]+\n$/,
    ],
  ])(
    'refuses %s before it starts anything',
    async (_what, parameters, environment, expected, words) => {
      const { status, errors } = await run([...START, ...parameters], environment).ended;
      expect([status, errors]).toEqual([expected, expect.stringMatching(words)]);
      expect(errors).not.toContain('canary');
    },
    30_000,
  );
});

describe('a service with bad settings', () => {
  const CANARY = 'canary-value-0123456789';
  const COMMON = { NATS_URL: CANARY, LOG_LEVEL: CANARY, NATS_CREDENTIALS_FILE: CANARY };
  const CEILINGS = { TIKTOK_RATE_LIMIT_PER_MIN: '10', TIKTOK_INGESTION_RATE_LIMIT_PER_MIN: '11' };
  /** What each is given beside the common ones, and what it must name beside those. */
  const cases: Readonly<Record<ServiceName, readonly [NodeJS.ProcessEnv, readonly string[]]>> = {
    'auth-gateway': [
      { PUBLIC_ORIGIN: `http://${CANARY}.example`, TIKTOK_DISPLAY_SCOPES: CANARY },
      ['MONGODB_URI', 'PUBLIC_ORIGIN', 'TIKTOK_CLIENT_KEY', 'TIKTOK_DISPLAY_SCOPES'],
    ],
    'token-vault': [{}, ['MONGODB_URI', 'TIKTOK_CLIENT_KEY', 'TIKTOK_CLIENT_SECRET', 'TIKTOK_TOKEN_ENC_KEY_ID']],
    ingestion: [CEILINGS, ['MONGODB_URI', 'TIKTOK_INGESTION_RATE_LIMIT_PER_MIN']],
    'metrics-refresher': [CEILINGS, ['MONGODB_URI', 'TIKTOK_INGESTION_RATE_LIMIT_PER_MIN']],
    'embed-sanitizer': [{ EMBED_EXTRA_THUMBNAIL_HOSTS: CANARY }, ['EMBED_EXTRA_THUMBNAIL_HOSTS']],
  };

  it.each([...SERVICES])(
    '%s names every fault in one line, never a value, and exits 78',
    async (service) => {
      const [given, named] = cases[service];
      const { status, errors } = await run([serviceMain(service)], { ...COMMON, ...given }).ended;
      expect(status).toBe(78);
      expect(errors.trim().split('\n')).toHaveLength(1);
      const faults = errors
        .replace(/^.*configuration: /, '')
        .split('; ')
        .map((fault) => fault.split(' ')[0]);
      expect(faults).toEqual([...Object.keys(COMMON), ...named].sort());
      expect(errors).not.toContain(CANARY);
    },
    20_000,
  );
});
