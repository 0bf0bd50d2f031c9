import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What is made, fetched or kept by tools, and is no text of ours. */
const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.nx', 'coverage', 'screenshots']);

/** Paths of all files under a folder of the repository, relative to its root, sorted. */
export const filesUnder = async (folder = ''): Promise<string[]> => {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true });
  const lists = entries
    .filter(({ name }) => !NOT_OURS.has(name))
    .map(async (entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
  return (await Promise.all(lists)).flat().sort();
};

export const readText = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');
