import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceProcess } from '@trendpot/local-platform';
import { eventually } from '@trendpot/testing';

/** Without it V8 keeps the first 1,024 characters of a string only, and a secret at the end of a long one is not seen. */
const WHOLE_STRINGS = `data:text/javascript,${encodeURIComponent(
  "import { setFlagsFromString } from 'node:v8'; setFlagsFromString('--heap-snapshot-string-limit=100000000');",
)}`;

const folderOf = (root: string, service: string): string => join(root, service);

/** Settings of a service that writes a snapshot of its heap into a folder of its own when it gets SIGUSR2. */
export const takesSnapshots = async (root: string, service: string): Promise<NodeJS.ProcessEnv> => {
  const folder = folderOf(root, service);
  await mkdir(folder, { recursive: true });
  return { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder} --import=${WHOLE_STRINGS}` };
};

/** A snapshot is a JSON object: it is whole when its last brace is there. */
const isWhole = async (file: string): Promise<boolean> => {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
  return /\]\s*\}\s*$/.test(buffer.toString('latin1', 0, bytesRead));
};

const wholeSnapshotIn = async (folder: string): Promise<string | undefined> => {
  const [name] = (await readdir(folder)).filter((one) => one.endsWith('.heapsnapshot'));
  const file = name === undefined ? undefined : join(folder, name);
  return file !== undefined && (await isWhole(file)) ? file : undefined;
};

/** Before it there are numbers only: the graph of the objects. */
const STRINGS = '"strings":[';

/**
 * Every string that is alive in the process, as JSON. V8 collects garbage first, so what is in a snapshot is held by
 * something. Bytes of buffers are outside the heap and not in it; `memoryOf` sees them.
 */
export const stringsOf = async (root: string, service: ServiceProcess): Promise<Buffer> => {
  const folder = folderOf(root, service.name);
  process.kill(service.pid, 'SIGUSR2');
  const file = await eventually(() => wholeSnapshotIn(folder), {
    withinMs: 60_000,
    everyMs: 100,
    what: `a heap snapshot of ${service.name}`,
  });
  const snapshot = await readFile(file);
  await rm(file);
  const start = snapshot.lastIndexOf(STRINGS);
  if (start < 0) throw new Error('a snapshot without strings');
  return snapshot.subarray(start);
};
