import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Cruised {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const EXECUTABLE = join(ROOT, 'node_modules', '.bin', 'depcruise');

/** Runs dependency-cruiser with the project's own rules over a tree and returns what it saw. */
export const cruise = (baseFolder: string, folders: readonly string[]): Promise<Cruised> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [EXECUTABLE, '--config', join(ROOT, '.dependency-cruiser.mjs'), '--output-type', 'json', ...folders],
      { cwd: baseFolder, maxBuffer: 512 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '' } },
      (error, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout) as Cruised);
        } catch {
          reject(new Error(`dependency-cruiser gave no result: ${stderr.slice(0, 2000) || error?.message}`));
        }
      },
    );
  });
