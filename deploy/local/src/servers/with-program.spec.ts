import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceKind } from '../parts/part.ts';
import { findProgram } from '../parts/resolve.ts';
import { IMAGES } from '../parts/versions.ts';
import { startNatsServer } from './nats-server.ts';

jest.setTimeout(120_000);

const task = { update: () => undefined, done: () => undefined, failed: () => undefined };
const IMAGE = IMAGES['nats-server'];

/** As much of Docker's own API as it takes to create a container and start it. */
const ANSWERS: readonly (readonly [RegExp, number, unknown])[] = [
  [/^GET \/info/, 200, { OperatingSystem: 'stand-in', ServerVersion: '27.0.0' }],
  [/^GET \/containers\/json/, 200, []],
  [/^GET \/images\//, 200, { Id: 'sha256:0' }],
  [/^POST \/containers\/create/, 201, { Id: 'c0ffee', Warnings: [] }],
  [/^POST \/containers\/c0ffee\/start/, 204, undefined],
  [
    /^GET \/containers\/c0ffee\/json/,
    200,
    {
      ...{ Id: 'c0ffee', Name: '/stand-in', Config: { Hostname: 'c0ffee', Labels: {} }, HostConfig: {} },
      ...{ State: { Running: true, Status: 'running' }, NetworkSettings: { Ports: {}, Networks: {} } },
    },
  ],
];

describe('a program that was found', () => {
  const environment = { ...process.env };
  let good: string;
  let folder: string;
  let engine: Server;
  let refusal: string | undefined;
  let notes: string[];

  beforeAll(async () => {
    good = (await findProgram('nats-server', { order: ['path', 'registry', 'download'] })).command;
    engine = createServer((request, response) => {
      const asked = `${request.method} ${(request.url ?? '').replace(/^\/v[\d.]+/, '')}`;
      if (refusal !== undefined) return void response.writeHead(500).end(JSON.stringify({ message: refusal }));
      const [, status, body] = ANSWERS.find(([pattern]) => pattern.test(asked)) ?? [asked, 404, { message: asked }];
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(engine, 'listening');
  });
  afterAll(() => {
    engine.close();
    engine.closeAllConnections();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trendpot-program-spec-'));
    notes = [];
    refusal = undefined;
    process.env['PATH'] = `${folder}:${environment['PATH']}`;
    process.env['TRENDPOT_CACHE_DIR'] = join(folder, 'cache');
    process.env['DOCKER_HOST'] = `tcp://127.0.0.1:${(engine.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const name of ['PATH', 'TRENDPOT_CACHE_DIR', 'DOCKER_HOST']) {
      if (environment[name] === undefined) delete process.env[name];
      else process.env[name] = environment[name];
    }
    await rm(folder, { recursive: true, force: true });
  });

  const install = (name: string, script: string): Promise<void> =>
    writeFile(join(folder, name), `#!/bin/sh\ncd '${folder}'\n${script}\n`, { mode: 0o755 });
  const start = (...order: SourceKind[]) =>
    startNatsServer({ order, progress: { note: (line) => void notes.push(line), begin: () => task } });

  it('hands over when it does not start, with a line that says why', async () => {
    const first = 'touch tried; echo "error while loading shared libraries" >&2; exit 127';
    await install('nats-server', `[ "$1" = --version ] || [ -e tried ] || { ${first}; }\nexec '${good}' "$@"`);
    await using server = await start('path', 'path');
    expect(server.running).toBe(true);
    expect(notes).toEqual([
      `nats-server: ${join(folder, 'nats-server')} (path) ended with code 127 before it answered ` +
        '(error while loading shared libraries); trying the next source',
    ]);
  });

  it('ends with all that was tried when none starts', async () => {
    await install('nats-server', `[ "$1" = --version ] && exec '${good}' --version\necho "cannot do it" >&2; exit 1`);
    await expect(start('path')).rejects.toMatchObject({
      code: 'E_PART_MISSING',
      message: expect.stringMatching(/\(path\) ended with code 1 before it answered \(cannot do it\)\. Set NATS_URL/),
    });
  });

  it('hands over from an image that cannot be pulled', async () => {
    await symlink(good, join(folder, 'nats-server'));
    const denied = 'echo "Error response from daemon: pull access denied" >&2; exit 1';
    await install('docker', `case "$1" in info) echo 27.0.0 ;; pull) ${denied} ;; *) exit 1 ;; esac`);
    await using server = await start('docker', 'path');
    expect(server.running).toBe(true);
    expect(notes).toEqual([
      `nats-server: the image ${IMAGE} cannot be pulled (Error response from daemon: pull access denied); ` +
        'trying the next source',
    ]);
  });

  it('hands over from a container that dies, which is removed', async () => {
    await symlink(good, join(folder, 'nats-server'));
    await install(
      'docker',
      `echo "$1 $2 $3 $4" >> asked
       case "$1" in
         info) echo 27.0.0 ;;
         logs) echo "no space left on device"; touch told ;;
         wait) until [ -e told ]; do :; done; echo 3 ;;
       esac`,
    );
    await using server = await start('docker', 'path');
    expect(server.running).toBe(true);
    expect(notes).toEqual([
      `nats-server: ${IMAGE} (docker) ended with code 3 before it answered (no space left on device); ` +
        'trying the next source',
    ]);
    expect(await readFile(join(folder, 'asked'), 'utf8')).toMatch(/^rm --force --volumes trendpot-nats-server-/m);
  });

  it('hands over from an engine that starts no container, and leaves none', async () => {
    refusal = 'the daemon is shutting down';
    await symlink(good, join(folder, 'nats-server'));
    await install('docker', 'echo "$1 $2 $3 $4" >> asked');
    await using server = await start('docker', 'path');
    expect(server.running).toBe(true);
    expect(notes).toEqual([
      expect.stringMatching(
        /^nats-server: .* \(docker\) could not be started in a container \(.*shutting down.*\); trying/,
      ),
    ]);
    expect(await readFile(join(folder, 'asked'), 'utf8')).toMatch(/^rm --force --volumes trendpot-nats-server-/m);
  });
});
