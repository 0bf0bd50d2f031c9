import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

const PROBE_WITHIN_MS = 30_000;

interface Remembered {
  readonly key: string;
  readonly output: string;
}

/**
 * What a program prints when asked (`--version`, `--help`), or undefined if it does not run here. A good answer is
 * remembered for the file as it is (path, size, time), because asking a Python program takes a second.
 */
export async function probe(
  file: string,
  args: readonly string[],
  cacheDirectory: string,
): Promise<string | undefined> {
  const { size, mtimeMs } = await stat(file);
  const key = [file, size, mtimeMs, ...args].join('|');
  const memory = join(cacheDirectory, 'probes.json');
  const known = await recall(memory);
  const remembered = known.find((entry) => entry.key === key);
  if (remembered !== undefined) return remembered.output;
  const result = await runCommand(file, args, { timeoutMs: PROBE_WITHIN_MS });
  if (result.code !== 0) return undefined;
  const output = result.lines.slice(0, 3).join('\n');
  await remember(cacheDirectory, memory, [...known.slice(-20), { key, output }]);
  return output;
}

async function recall(memory: string): Promise<readonly Remembered[]> {
  try {
    return JSON.parse(await readFile(memory, 'utf8')) as readonly Remembered[];
  } catch {
    return [];
  }
}

/**
 * Two writers may lose one entry to each other: then the question is asked once more. So it is where nothing can be
 * kept; that makes no good program a bad one.
 */
async function remember(cacheDirectory: string, memory: string, entries: readonly Remembered[]): Promise<void> {
  const staged = `${memory}.${randomUUID()}`;
  try {
    await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
    await writeFile(staged, JSON.stringify(entries));
    await rename(staged, memory);
  } catch {
    await rm(staged, { force: true }).catch(() => undefined);
  }
}
