import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DataDirectory {
  readonly path: string;
  /** True if it goes when its server stops. */
  readonly disposable: boolean;
  remove(): Promise<void>;
}

/** The given directory, which is kept, or a fresh one, which goes when its server stops. */
export async function openDataDirectory(part: string, given?: string): Promise<DataDirectory> {
  if (given !== undefined) {
    await mkdir(given, { recursive: true });
    return { path: given, disposable: false, remove: async () => undefined };
  }
  const path = await mkdtemp(join(tmpdir(), `trendpot-${part}-`));
  return {
    path,
    disposable: true,
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
  };
}
