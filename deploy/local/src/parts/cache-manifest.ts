import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

const MANIFEST_FILE = 'manifest.json';

interface ManifestEntry {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly sha256: string;
}

interface Manifest {
  readonly name: string;
  readonly files: readonly ManifestEntry[];
}

export type CacheState = { readonly state: 'absent' | 'sound' } | { readonly state: 'damaged'; readonly file: string };

/**
 * Records every file of a fetched part, but for those that may change. It finds torn writes and bit rot; it is no
 * defence against the user.
 */
export async function writeManifest(directory: string, name: string, mayChange: readonly string[] = []): Promise<void> {
  const files: ManifestEntry[] = [];
  for (const path of await listFiles(directory)) {
    if (!mayChange.includes(path)) files.push(await describe(directory, path));
  }
  await store(directory, { name, files });
}

/**
 * Checks a part before it is used again. Size and time answer in a few milliseconds; only files that differ in
 * those are hashed, and if the content is right after all (a restored backup, say), the times are recorded anew.
 */
export async function verifyManifest(directory: string): Promise<CacheState> {
  const manifest = await load(directory);
  if (manifest === undefined) return { state: 'absent' };
  const checked = await Promise.all(manifest.files.map((entry) => check(directory, entry)));
  const damaged = checked.findIndex((entry) => entry === undefined);
  if (damaged >= 0) return { state: 'damaged', file: manifest.files[damaged]?.path ?? MANIFEST_FILE };
  const files = checked.filter((entry) => entry !== undefined);
  if (files.some((entry, index) => entry !== manifest.files[index])) await store(directory, { ...manifest, files });
  return { state: 'sound' };
}

async function check(directory: string, entry: ManifestEntry): Promise<ManifestEntry | undefined> {
  const stats = await lstat(join(directory, entry.path)).catch(() => undefined);
  if (stats === undefined || stats.size !== entry.bytes) return undefined;
  if (stats.mtimeMs === entry.modifiedMs) return entry;
  const now = await describe(directory, entry.path);
  return now.sha256 === entry.sha256 ? now : undefined;
}

async function describe(directory: string, path: string): Promise<ManifestEntry> {
  const file = join(directory, path);
  const { size, mtimeMs } = await lstat(file);
  return { path, bytes: size, modifiedMs: mtimeMs, sha256: await hashFile(file) };
}

/** SHA-256 of a file's content, in hex. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function listFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(directory, file)).filter((path) => path !== MANIFEST_FILE);
}

async function load(directory: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, MANIFEST_FILE), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

async function store(directory: string, manifest: Manifest): Promise<void> {
  const staged = join(directory, `.${MANIFEST_FILE}.${process.pid}`);
  await writeFile(staged, JSON.stringify(manifest));
  await rename(staged, join(directory, MANIFEST_FILE));
}
