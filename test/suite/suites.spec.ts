import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { JEST_SUITES } from './jest-suites.ts';
import { readOptions } from './options.ts';
import SlowestFirst, { SLOWEST } from './slowest-first.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { default: configuration } = (await import(join(ROOT, 'jest.config.mjs'))) as {
  default: { projects: { displayName: string }[] };
};

describe('npm test', () => {
  it('runs every project that Jest knows, and the checks', () => {
    const projects = configuration.projects.map(({ displayName }) => displayName);
    expect([...JEST_SUITES].sort()).toEqual(projects.sort());
    expect(readOptions([]).wanted).toEqual(['checks', ...JEST_SUITES]);
  });

  it('runs one suite when asked for it, and refuses one that nobody knows', () => {
    expect(readOptions(['--only', 'flows']).wanted).toEqual(['flows']);
    expect(() => readOptions(['--only', 'flow'])).toThrow(/--only must be one of checks, unit/);
    expect(() => readOptions(['--olny', 'flows'])).toThrow(/--olny/);
  });

  it('begins with the files that take longest, which are all there', () => {
    expect(SLOWEST.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const small = { path: join(ROOT, 'test/suite/tally.ts') };
    const large = { path: join(ROOT, 'package-lock.json') };
    const slow = SLOWEST.map((path) => ({ path: join(ROOT, path) }));
    expect(new SlowestFirst().sort([small, ...slow.toReversed(), large])).toEqual([...slow, large, small]);
  });
});
