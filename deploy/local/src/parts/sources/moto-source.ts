import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheEntry } from '../cache-entry.ts';
import { quietMiss, saidMiss, type Source, type SourceContext } from '../part.ts';
import { findPython, PipFailed, pythonVersion, runPip } from '../python.ts';
import { MOTO_VERSION } from '../versions.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../../requirements/moto.txt', import.meta.url));
/** Lines of pip's output that begin a package, about; only the bar depends on it. */
const PACKAGES = 26;

/** Companies and sandboxes write their own certificate authorities into it; an endpoint on 127.0.0.1 never reads it. */
const MAY_CHANGE = ['certifi/cacert.pem'];

/**
 * moto's server from the Python package index, every wheel checked against a pinned hash. Installed into a plain
 * folder instead of a virtual environment: Debian's Python cannot make one, and a folder survives being renamed.
 */
export const motoSource: Source = {
  kind: 'registry',
  async look(context) {
    const python = await findPython(context.env);
    if (python === undefined) return quietMiss('no python3 on PATH');
    try {
      const name = `moto-${MOTO_VERSION}-py${await pythonVersion(python, context.env)}`;
      const directory = await cacheEntry(context, name, (staging) => install(python, context, staging), MAY_CHANGE);
      return {
        part: context.part,
        source: 'registry',
        version: MOTO_VERSION,
        command: python,
        args: ['-m', 'moto.server'],
        env: {
          PYTHONPATH: directory,
          PYTHONPYCACHEPREFIX: join(context.cacheDirectory, `${name}.bytecode`),
          PYTHONDONTWRITEBYTECODE: '',
        },
      };
    } catch (error) {
      if (error instanceof PipFailed) return saidMiss(error.message);
      throw error;
    }
  },
};

/** Compiled on first use, outside the folder: that halves the installation and leaves the manifest true. */
async function install(python: string, context: SourceContext, staging: string): Promise<void> {
  const temporary = join(staging, '.temporary');
  await mkdir(temporary);
  const task = context.progress.begin(context.part, `fetching moto ${MOTO_VERSION} with pip`);
  let collected = 0;
  const flags = ['--no-compile', '--only-binary=:all:', '--require-hashes', '--progress-bar=off'];
  try {
    await runPip(python, ['install', ...flags, '--target', staging, '-r', REQUIREMENTS], context, {
      temporary,
      onLine(line) {
        if (line.startsWith('Collecting')) task.update(((collected += 1) / PACKAGES) * 0.7);
      },
    });
  } catch (error) {
    task.failed();
    throw error;
  }
  await rm(temporary, { recursive: true, force: true });
  task.done();
}
