import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogueEntry } from './catalogue.ts';
import { quietMiss, saidMiss, type PartName, type Program, type Source } from './part.ts';
import { addressOf, findProgram, PROCESS_FIRST, resolvePart, type ResolveOptions } from './resolve.ts';

const notExpected = (): never => {
  throw new Error('nothing is fetched here');
};

describe('finding a part', () => {
  let folder: string;
  let notes: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trendpot-resolve-spec-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A machine whose PATH holds the given script and nothing else. */
  const machine = async (name: string, script: string): Promise<NodeJS.ProcessEnv> => {
    const path = await mkdtemp(join(folder, 'path-'));
    await writeFile(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH: path, TRENDPOT_CACHE_DIR: join(folder, 'cache') };
  };
  const find = (part: PartName, options: ResolveOptions): Promise<Program> => {
    notes = [];
    const progress = { note: (line: string) => void notes.push(line), begin: notExpected };
    return findProgram(part, { progress, ...options });
  };
  const source = (kind: Source['kind'], outcome: Awaited<ReturnType<Source['look']>>): Source => ({
    kind,
    look: async () => outcome,
  });
  const program = (from: Program['source']): Program => ({
    ...{ part: 'mongod', source: from, version: '7.0.0', command: '/bin/true', args: [], env: {} },
  });
  const entryOf = (...sources: Source[]): CatalogueEntry => ({ sources, remedy: 'Do this.' });

  it('takes an address from the environment before anything else, and an empty one for none', async () => {
    const env = { NATS_URL: 'nats://elsewhere:4222', MONGODB_URI: '' };
    expect(await resolvePart('nats-server', { env })).toMatchObject({ variable: 'NATS_URL', url: env.NATS_URL });
    expect(addressOf('mongod', env)).toBeUndefined();
  });

  it('takes a program on PATH that is new enough', async () => {
    const env = await machine('nats-server', 'echo "nats-server: v2.14.0"');
    expect(await find('nats-server', { env })).toMatchObject({ source: 'path', version: '2.14.0' });
    expect(notes).toEqual([]);
  });

  it('hands over from a program on PATH that is too old, with a line that says so', async () => {
    const env = await machine('nats-server', 'echo "nats-server: v2.9.10"');
    await expect(find('nats-server', { env, order: ['path'] })).rejects.toMatchObject({ code: 'E_PART_MISSING' });
    expect(notes).toEqual([expect.stringMatching(/is 2\.9\.10, at least 2\.14 is needed; trying the next source$/)]);
  });

  it('hands over from a program on PATH that does not run', async () => {
    const env = await machine('mongod', 'echo "cannot open shared object file" >&2; exit 127');
    await expect(find('mongod', { env, order: ['path'] })).rejects.toThrow('does not run here');
  });

  it('says nothing of sources that are not there, and a line for one that failed', async () => {
    const entry = entryOf(
      source('path', quietMiss('not on PATH')),
      source('docker', saidMiss('the image cannot be pulled')),
      source('registry', program('registry')),
    );
    expect(await find('mongod', { entry })).toMatchObject({ source: 'registry' });
    expect(notes).toEqual(['mongod: the image cannot be pulled; trying the next source']);
  });

  it('hands over from a source that fails in a way nobody foresaw', async () => {
    const broken: Source = { kind: 'registry', look: () => Promise.reject(new Error('EACCES: permission denied')) };
    const entry = entryOf(broken, source('download', program('download')));
    expect(await find('mongod', { entry })).toMatchObject({ source: 'download' });
    expect(notes).toEqual(['mongod: registry failed (EACCES: permission denied); trying the next source']);
  });

  it('takes a good program on PATH where nothing can be remembered', async () => {
    const env = await machine('nats-server', 'echo "nats-server: v2.15.0"');
    await writeFile(join(folder, 'file'), '');
    const nowhere = join(folder, 'file', 'cache');
    expect(await find('nats-server', { env: { ...env, TRENDPOT_CACHE_DIR: nowhere } })).toMatchObject({
      source: 'path',
      version: '2.15.0',
    });
    expect(notes).toEqual([]);
  });

  it('prefers Docker to the registries for people, and processes to containers for tests', async () => {
    const entry = entryOf(source('docker', program('docker')), source('registry', program('registry')));
    expect(await find('mongod', { entry })).toMatchObject({ source: 'docker' });
    expect(await find('mongod', { entry, order: PROCESS_FIRST })).toMatchObject({ source: 'registry' });
  });

  it('ends in one line that names all it tried and how to get the part', async () => {
    const entry = entryOf(source('path', quietMiss('no mongod on PATH')), source('docker', quietMiss('no engine')));
    await expect(find('mongod', { entry })).rejects.toThrow(
      'mongod: not found: no mongod on PATH; no engine. Do this.',
    );
  });
});
