import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { OfficialArchive } from '../archive-platform.ts';
import { cacheEntry } from '../cache-entry.ts';
import { hashFile } from '../cache-manifest.ts';
import { isMiss, quietMiss, saidMiss, type Program, type Source, type SourceContext } from '../part.ts';
import type { ProgressTask } from '../progress.ts';
import { reasonOf, runCommand } from '../run-command.ts';
import { withSharedLibraries } from '../shared-libraries.ts';

const CONNECT_WITHIN_MS = 20_000;

class DownloadFailed extends Error {}

/**
 * The vendor's own archive over HTTPS, checked against the checksum that the vendor publishes beside it. That finds
 * damage on the way; against a vendor's compromised host only the pinned hashes of the registries help, so this
 * source comes last.
 */
export function downloadSource(archiveOf: () => Promise<OfficialArchive | undefined>): Source {
  return {
    kind: 'download',
    async look(context) {
      const archive = await archiveOf();
      if (archive === undefined) return quietMiss('no official archive for this system');
      try {
        const name = `${context.part}-${archive.version}-official`;
        const directory = await cacheEntry(context, name, (staging) => fetchArchive(archive, context, staging));
        const command = join(directory, context.part);
        const program: Program = {
          part: context.part,
          source: 'download',
          version: archive.version,
          command,
          args: [],
          env: {},
        };
        const usable = await withSharedLibraries(program, context);
        return isMiss(usable) ? usable : program;
      } catch (error) {
        if (error instanceof DownloadFailed) return saidMiss(error.message);
        throw error;
      }
    },
  };
}

async function fetchArchive(archive: OfficialArchive, context: SourceContext, staging: string): Promise<void> {
  const work = join(staging, '.work');
  await mkdir(work);
  const task = context.progress.begin(context.part, `downloading ${basename(archive.url)}`);
  try {
    const expected = await publishedChecksum(archive);
    const file = join(work, 'archive.tar.gz');
    await download(archive.url, file, task);
    const actual = await hashFile(file);
    if (actual !== expected) throw new DownloadFailed(`${archive.url} does not have the checksum its vendor publishes`);
    await rename(await unpack(archive, file, work), join(staging, context.part));
    await chmod(join(staging, context.part), 0o755);
  } catch (error) {
    task.failed();
    throw error;
  }
  await rm(work, { recursive: true, force: true });
  task.done();
}

async function unpack(archive: OfficialArchive, file: string, work: string): Promise<string> {
  const unpacked = await runCommand('tar', ['-xzf', file, '-C', work]);
  if (unpacked.code !== 0)
    throw new DownloadFailed(`${basename(archive.url)} cannot be unpacked (${reasonOf(unpacked)})`);
  const files = await readdir(work, { recursive: true });
  const program = files.find((path) => `/${path}`.endsWith(archive.program));
  if (program === undefined) throw new DownloadFailed(`${basename(archive.url)} holds no ${archive.program}`);
  return join(work, program);
}

/** The vendor's file holds one line per archive, `<sha256>  <name>`, or the hash alone. */
async function publishedChecksum(archive: OfficialArchive): Promise<string> {
  const text = await (await open(archive.checksumUrl)).text();
  const name = basename(archive.url);
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const line = lines.find(([, file]) => file?.replace(/^\*/, '') === name) ?? lines.find((words) => words.length === 1);
  const hash = line?.[0] ?? '';
  if (!/^[0-9a-f]{64}$/i.test(hash)) throw new DownloadFailed(`no checksum of ${name} at ${archive.checksumUrl}`);
  return hash.toLowerCase();
}

async function download(url: string, file: string, task: ProgressTask): Promise<void> {
  const response = await open(url);
  const total = Number(response.headers.get('content-length') ?? 0);
  let received = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (total > 0) task.update(received / total);
      done(null, chunk);
    },
  });
  const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  await pipeline(body, count, createWriteStream(file)).catch(() => {
    throw new DownloadFailed(`${url} broke off`);
  });
}

async function open(url: string): Promise<Response> {
  const cancel = new AbortController();
  const timer = setTimeout(() => cancel.abort(), CONNECT_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: cancel.signal });
    if (response.ok) return response;
    throw new DownloadFailed(`${url} answered ${response.status}`);
  } catch (error) {
    if (error instanceof DownloadFailed) throw error;
    throw new DownloadFailed(`${new URL(url).host} cannot be reached`);
  } finally {
    clearTimeout(timer);
  }
}
