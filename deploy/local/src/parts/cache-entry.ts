import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PartError } from '../part-error.ts';
import { verifyManifest, writeManifest } from './cache-manifest.ts';
import { withLock } from './cache-lock.ts';
import type { SourceContext } from './part.ts';

const LEFTOVER_AFTER_MS = 3_600_000;

/**
 * The directory of a cached part, fetched first if it is absent or damaged. It appears whole or not at all: `fetch`
 * fills a staging directory beside it, which is renamed when its manifest is written. Files that the machine itself
 * may rewrite later (`mayChange`, paths inside the part) are left out of the check.
 * @throws whatever `fetch` throws; nothing is left behind then.
 */
export async function cacheEntry(
  context: Pick<SourceContext, 'part' | 'cacheDirectory' | 'progress'>,
  name: string,
  fetch: (staging: string) => Promise<void>,
  mayChange: readonly string[] = [],
): Promise<string> {
  const target = join(context.cacheDirectory, name);
  if ((await verifyManifest(target)).state === 'sound') return target;
  await mkdir(context.cacheDirectory, { recursive: true, mode: 0o700 });
  const waiting = (): void => context.progress.note(`${context.part}: another process is fetching it, waiting`);
  return withLock(join(context.cacheDirectory, `${name}.lock`), waiting, async () => {
    const found = await verifyManifest(target);
    if (found.state === 'sound') return target;
    if (found.state === 'damaged') {
      context.progress.note(`${context.part}: the cached copy is damaged (${found.file}), fetching it anew`);
    }
    await removeLeftovers(context.cacheDirectory, name);
    const staging = join(context.cacheDirectory, `.staging-${name}-${randomUUID()}`);
    try {
      await mkdir(staging);
      await fetch(staging);
      await writeManifest(staging, name, mayChange);
      await land(staging, target);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    return target;
  });
}

/** Puts the new copy in place; the damaged one, if any, steps aside in one move, so running servers keep their file. */
async function land(staging: string, target: string): Promise<void> {
  const aside = `${staging}-old`;
  await rename(target, aside).catch(() => undefined);
  await rename(staging, target).catch(async (error: unknown) => {
    if ((await verifyManifest(target)).state === 'sound') return;
    throw new PartError('E_PART_CORRUPT', `could not be put into ${target}.`, { part: target, cause: error });
  });
  await rm(aside, { recursive: true, force: true });
}

async function removeLeftovers(cacheDirectory: string, name: string): Promise<void> {
  for (const entry of await readdir(cacheDirectory)) {
    if (!entry.startsWith(`.staging-${name}-`)) continue;
    const path = join(cacheDirectory, entry);
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && Date.now() - stats.mtimeMs > LEFTOVER_AFTER_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
