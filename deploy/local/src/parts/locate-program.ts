import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PartError } from '../part-error.ts';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const PROGRAMS = {
  'nats-server': { name: 'nats-server', cached: 'nats-server-2.15.2/nats-server' },
  mongod: { name: 'mongod', cached: 'mongod-6.0.5/mongod' },
  kms: { name: 'moto_server', cached: 'moto-5.2.5/bin/moto_server' },
} as const;

export async function locateProgram(part: keyof typeof PROGRAMS): Promise<Program> {
  const { name, cached } = PROGRAMS[part];
  const cache =
    process.env['TRENDPOT_CACHE_DIR'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'trendpot-tiktok');
  const candidates = [
    ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
    join(cache, cached),
  ];
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return { command: candidate, args: [] };
  }
  throw new PartError('E_PART_MISSING', 'not found.', { part, remedy: `Put ${name} on PATH.` });
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
