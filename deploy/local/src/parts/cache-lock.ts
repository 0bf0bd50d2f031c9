import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 2_000;
/** A holder that did not touch its lock for this long is taken for dead. */
const STALE_AFTER_MS = 20_000;
const LOOK_EVERY_MS = 200;

/**
 * Runs `work` while no other process of this user does so under the same file. It spares double work; that two
 * holders do no harm if one was wrongly taken for dead is up to the caller (the cache lands by rename).
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await acquire(file, onWait);
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

/** A link appears with its content complete, so nobody ever reads a half-written lock. */
async function acquire(file: string, onWait: () => void): Promise<void> {
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify({ host: hostname(), pid: process.pid }));
  try {
    for (let looks = 0; ; looks += 1) {
      if (await tryLink(mine, file)) return;
      if (looks === 0) onWait();
      if (await isStale(file)) await rename(file, `${mine}.stale`).catch(() => undefined);
      else await sleep(LOOK_EVERY_MS);
    }
  } finally {
    await rm(mine, { force: true });
    await rm(`${mine}.stale`, { force: true });
  }
}

async function tryLink(mine: string, file: string): Promise<boolean> {
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined) return false;
  if (Date.now() - stats.mtimeMs > STALE_AFTER_MS) return true;
  const holder = await readHolder(file);
  return holder?.host === hostname() && !isAlive(holder.pid);
}

async function readHolder(file: string): Promise<{ readonly host: string; readonly pid: number } | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as { host: string; pid: number };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
