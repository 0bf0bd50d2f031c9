import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { REPOSITORY } from '@trendpot/local-platform';

export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const NOT_OURS = /(^|\/)(node_modules|dist|\.nx|\.git)(\/|$)/;

/** Every file below these folders whose name fits; what is installed or built is left out. */
export const filesOf = async (folders: readonly string[], name: RegExp): Promise<readonly SourceFile[]> => {
  const lists = await Promise.all(
    folders.map((folder) => readdir(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })),
  );
  const paths = lists
    .flat()
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(REPOSITORY, join(entry.parentPath, entry.name)))
    .filter((path) => !NOT_OURS.test(path));
  return Promise.all(
    paths.sort().map(async (path) => ({ path, text: await readFile(join(REPOSITORY, path), 'utf8') })),
  );
};
