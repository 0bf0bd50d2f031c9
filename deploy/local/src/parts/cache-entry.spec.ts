import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheEntry } from './cache-entry.ts';

const notExpected = (): never => {
  throw new Error('nothing is fetched here');
};

const NAME = 'thing-1.0';

describe('the cache of fetched parts', () => {
  let cacheDirectory: string;
  let notes: string[];
  let fetches: number;

  beforeEach(async () => {
    cacheDirectory = await mkdtemp(join(tmpdir(), 'trendpot-cache-spec-'));
    notes = [];
    fetches = 0;
  });
  afterEach(() => rm(cacheDirectory, { recursive: true, force: true }));

  const entry = (fetch: (staging: string) => Promise<void> = fill): Promise<string> => {
    const progress = { note: (line: string) => void notes.push(line), begin: notExpected };
    return cacheEntry({ part: 'mongod', cacheDirectory, progress }, NAME, fetch);
  };
  const fill = async (staging: string): Promise<void> => {
    fetches += 1;
    await writeFile(join(staging, 'program'), 'content');
  };

  it('fetches a part once and finds it again', async () => {
    expect(await entry()).toBe(await entry());
    expect(fetches).toBe(1);
  });

  it('lets two at once fetch only once, and tells the second why it waits', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const first = entry(async (staging) => {
      begun.resolve();
      await gate.promise;
      await fill(staging);
    });
    await begun.promise;
    const second = entry();
    while (notes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    expect(await first).toBe(await second);
    expect(fetches).toBe(1);
    expect(notes).toEqual(['mongod: another process is fetching it, waiting']);
  });

  it('leaves nothing behind when fetching fails, and can be asked again', async () => {
    await expect(entry(() => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    expect(await readdir(cacheDirectory)).toEqual([]);
    await entry();
    expect(fetches).toBe(1);
  });

  it('fetches anew when a byte changed, even if size and file name are the same', async () => {
    const directory = await entry();
    await writeFile(join(directory, 'program'), 'c0ntent');
    await entry();
    expect(fetches).toBe(2);
    expect(notes).toEqual(['mongod: the cached copy is damaged (program), fetching it anew']);
    expect(await readFile(join(directory, 'program'), 'utf8')).toBe('content');
  });

  it('keeps a copy of which only the times changed, as after a restored backup', async () => {
    const directory = await entry();
    await utimes(join(directory, 'program'), 1, 1);
    await entry();
    await entry();
    expect(fetches).toBe(1);
  });

  it('does not wait for a holder that died', async () => {
    const gone = { host: hostname(), pid: 2 ** 22 + 1 };
    await writeFile(join(cacheDirectory, `${NAME}.lock`), JSON.stringify(gone));
    await entry();
    expect(fetches).toBe(1);
    expect(await readdir(cacheDirectory)).toEqual([NAME]);
  });
});
