import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@trendpot/persistence';

/** A piece of what the platform left somewhere. */
export interface Piece {
  readonly place: string;
  readonly bytes: Uint8Array;
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Every file below a folder. Files that go while they are read are nobody's any more. */
export const filesUnder = async (folder: string): Promise<Piece[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const pieces: Piece[] = [];
  for (const file of files) {
    try {
      pieces.push({ place: file, bytes: await readFile(file) });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return pieces;
};

/** One file that has to be there. */
export const fileAs = async (file: string | undefined): Promise<Piece[]> => {
  if (file === undefined) throw new Error('there is no such file');
  return [{ place: file, bytes: await readFile(file) }];
};

/**
 * Every document of every collection of every database, as BSON. The oplog is one of them: what was stored for a moment
 * and removed again is still there.
 */
export const mongoDump = async ({ client }: Database): Promise<Piece[]> => {
  const pieces: Piece[] = [];
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  for (const { name } of databases) {
    const collections = await client.db(name).listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
    for (const collection of collections) {
      const documents = client.db(name).collection(collection.name).find({}, { raw: true });
      const bytes = (await documents.toArray()) as unknown as Uint8Array[];
      pieces.push({ place: `${name}.${collection.name}`, bytes: Buffer.concat(bytes) });
    }
  }
  return pieces;
};

export const metricsOf = async (services: readonly { name: string; url: string }[]): Promise<Piece[]> =>
  Promise.all(
    services.map(async ({ name, url }) => {
      const answer = await fetch(`${url}/metrics`);
      if (!answer.ok) throw new Error(`${name} answers ${answer.status} for its metrics`);
      return { place: `metrics of ${name}`, bytes: new Uint8Array(await answer.arrayBuffer()) };
    }),
  );

/** What `ps` shows everyone on the machine. */
export const argumentsOf = async (processes: readonly { name: string; pid: number }[]): Promise<Piece[]> =>
  Promise.all(
    processes.map(async ({ name, pid }) => ({
      place: `arguments of ${name}`,
      bytes: await readFile(`/proc/${pid}/cmdline`),
    })),
  );

export const textsAs = (place: string, texts: readonly string[]): Piece[] => [
  { place, bytes: Buffer.from(texts.join('\n')) },
];
