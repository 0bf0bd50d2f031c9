import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { mongodArchive, natsServerArchive } from '../archive-platform.ts';
import { hashFile } from '../cache-manifest.ts';
import { isMiss, type Miss, type Program } from '../part.ts';
import { runCommand } from '../run-command.ts';
import { downloadSource } from './download-source.ts';

describe('the official download', () => {
  let folder: string;
  let server: Server;
  let base: string;
  const files = new Map<string, string | Buffer>();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trendpot-download-spec-'));
    server = createServer((request, response) => {
      const body = files.get(basename(request.url ?? ''));
      response.writeHead(body === undefined ? 404 : 200).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    files.clear();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Packs a stand-in program the way the vendor packs the real one, and returns its checksum. */
  const publish = async (archive: string, folderInside: string, program: string): Promise<string> => {
    await mkdir(join(folder, folderInside), { recursive: true });
    await writeFile(join(folder, folderInside, program), '#!/bin/sh\necho v9.9.9\n', { mode: 0o755 });
    const file = join(folder, archive);
    await runCommand('tar', ['-czf', file, '-C', folder, folderInside]);
    files.set(archive, await readFile(file));
    return hashFile(file);
  };
  const look = (part: 'nats-server' | 'mongod'): Promise<Program | Miss> => {
    const task = { update: () => undefined, done: () => undefined, failed: () => undefined };
    const progress = { note: () => undefined, begin: () => task };
    const archiveOf = (): ReturnType<typeof mongodArchive> =>
      part === 'mongod' ? mongodArchive(base) : natsServerArchive(base);
    return downloadSource(archiveOf).look({ part, env: process.env, cacheDirectory: join(folder, 'cache'), progress });
  };

  it('takes nats-server from its release, checked against the list of checksums beside it', async () => {
    const name = basename((await natsServerArchive())?.url ?? '');
    const sum = await publish(name, 'some-folder', 'nats-server');
    files.set('SHA256SUMS', `${'0'.repeat(64)}  nats-server-of-another-system.zip\n${sum}  ${name}\n`);
    const found = await look('nats-server');
    expect(found).toMatchObject({ source: 'download', command: expect.stringMatching(/official\/nats-server$/) });
  });

  it('takes mongod from the vendor, checked against the checksum file beside it', async () => {
    const name = basename((await mongodArchive())?.url ?? '');
    const sum = await publish(name, 'some-folder/bin', 'mongod');
    files.set(`${name}.sha256`, `${sum}  ${name}\n`);
    expect(isMiss(await look('mongod'))).toBe(false);
  });

  it('refuses an archive with another checksum, and keeps nothing of it', async () => {
    const name = basename((await natsServerArchive())?.url ?? '');
    await publish(name, 'some-folder', 'nats-server');
    files.set('SHA256SUMS', `${'0'.repeat(64)}  ${name}\n`);
    expect(await look('nats-server')).toMatchObject({ miss: expect.stringContaining('checksum'), said: true });
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });

  it('refuses an archive of which the vendor publishes no checksum', async () => {
    await publish(basename((await natsServerArchive())?.url ?? ''), 'some-folder', 'nats-server');
    files.set('SHA256SUMS', '');
    expect(await look('nats-server')).toMatchObject({ miss: expect.stringContaining('no checksum of') });
  });

  it('hands over when the vendor cannot be reached', async () => {
    server.close();
    server.closeAllConnections();
    expect(await look('mongod')).toMatchObject({ miss: expect.stringContaining('cannot be reached'), said: true });
  });
});
