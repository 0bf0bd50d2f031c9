import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { NATS_USERS } from '@trendpot/contracts';

// Each run is a process of its own, and starts as slowly as the machine is busy.
jest.setTimeout(60_000);

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

const run = (...parameters: string[]) =>
  new Promise<{ status: number | string; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ['--conditions=@trendpot/source', MAIN, ...parameters], (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trendpot-nats-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const inFolder = async (): Promise<Record<string, string>> => {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
};
const ALL = NATS_USERS.join(', ');

describe('npm run nats-config', () => {
  it('writes the accounts and a key for every user', async () => {
    const { status, stdout, stderr } = await run('--out', folder);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: `${join(folder, 'accounts.conf')}\n`,
      stderr: `made new ones for ${ALL}\n`,
    });
    const files = await inFolder();
    expect(Object.keys(files).sort()).toEqual(['accounts.conf', ...NATS_USERS.map((user) => `${user}.seed`)].sort());
  });

  it('keeps keys that are in use, writes the accounts for them anew and makes only what is missing', async () => {
    await run('--out', folder);
    const before = await inFolder();
    await writeFile(join(folder, 'accounts.conf'), 'the rights of an older release');
    const again = await run('--out', folder);
    expect(again).toMatchObject({ status: 0, stderr: `kept the keys of ${ALL}\n` });
    expect(await inFolder()).toEqual(before);

    await rm(join(folder, 'operator.seed'));
    const completed = await run('--out', folder);
    expect(completed.stderr).toMatch(/^kept the keys of auth-gateway, .*subscriber; made new ones for operator\n$/);
    const after = await inFolder();
    expect({ ...after, 'operator.seed': '', 'accounts.conf': '' }).toEqual({
      ...before,
      'operator.seed': '',
      'accounts.conf': '',
    });
    expect(after['operator.seed']).not.toBe(before['operator.seed']);
    expect(after['accounts.conf']).not.toBe(before['accounts.conf']);
  });

  it('replaces every key when it is told to', async () => {
    await run('--out', folder);
    const before = await inFolder();
    expect((await run('--out', folder, '--new-keys')).stderr).toBe(`made new ones for ${ALL}\n`);
    const after = await inFolder();
    expect(Object.keys(before).filter((name) => before[name] === after[name])).toEqual([]);
  });

  it('leaves a folder as it is in which a file is no key, and names the file, not what is in it', async () => {
    await writeFile(join(folder, 'ingestion.seed'), 'canary\n');
    const { status, stderr } = await run('--out', folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^nats-config: .*ingestion\.seed holds no key seed of a NATS user; .*\n$/);
    expect(stderr).not.toContain('canary');
    expect(await inFolder()).toEqual({ 'ingestion.seed': 'canary\n' });
  });

  it.each([
    [[], 'nats-config: --out is missing: the folder to write to'],
    [['--out', ' '], 'nats-config: --out is missing: the folder to write to'],
    [['--fast'], "nats-config: Unknown option '--fast'"],
  ])('refuses %j in one line before its help and ends with 64', async (parameters, line) => {
    const { status, stdout, stderr } = await run(...parameters);
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr.startsWith(line)).toBe(true);
    expect(stderr.split('\n').slice(1, 3)).toEqual(['', 'npm run nats-config -- --out FOLDER [--new-keys]']);
  });
});
