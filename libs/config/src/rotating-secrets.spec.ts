import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { secret } from '@trendpot/secrets';
import { ConfigurationFault, rotatingSecrets, type LiveSecrets } from './index.ts';

let folder: string;
let path: string;
let now: number;
let told: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotating-secrets-'));
  path = join(folder, 'secret');
  now = 0;
  told = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (minimumLength?: number): LiveSecrets =>
  rotatingSecrets(
    {
      given: [secret('from-the-environment')],
      file: { setting: 'THE_FILE', path, ...(minimumLength === undefined ? {} : { minimumLength }) },
    },
    () => (told += 1),
    () => now,
  );
const valuesOf = (live: LiveSecrets): readonly string[] => live().map((one) => one.reveal());
const aSecondLater = (): void => void (now += 1_000);

describe('a secret that rotates', () => {
  it('is what the environment gives where there is no file', () => {
    const live = rotatingSecrets({ given: [secret('one'), secret('two')] }, () => undefined);
    expect(valuesOf(live)).toEqual(['one', 'two']);
  });

  it('is what the file holds where there is one: old, old and new at once, new', async () => {
    await writeFile(path, 'old\n');
    const live = open();
    expect(valuesOf(live)).toEqual(['old']);
    await writeFile(path, 'new\r\nold\r\n');
    aSecondLater();
    expect(valuesOf(live)).toEqual(['new', 'old']);
    await writeFile(path, '  new  \n\n');
    aSecondLater();
    expect(valuesOf(live)).toEqual(['new']);
    expect(told).toBe(0);
  });

  it('is seen when another file of the same size takes the place of the first', async () => {
    await writeFile(path, 'old');
    const live = open();
    await writeFile(`${path}.next`, 'new');
    await rename(`${path}.next`, path);
    aSecondLater();
    expect(valuesOf(live)).toEqual(['new']);
  });

  it('is looked for once a second at most', async () => {
    await writeFile(path, 'old');
    const live = open();
    await writeFile(path, 'new one');
    now += 999;
    expect(valuesOf(live)).toEqual(['old']);
    now += 1;
    expect(valuesOf(live)).toEqual(['new one']);
  });

  it('has two values at most: whoever is asked with a third one is not known', async () => {
    await writeFile(path, 'third\nsecond\nfirst\n');
    expect(valuesOf(open())).toEqual(['third', 'second']);
  });

  it.each<[string, () => Promise<void>]>([
    ['gone', () => rm(path)],
    ['empty', () => writeFile(path, '\n')],
    ['half written', () => writeFile(path, 'the-new-')],
  ])('stays what it was while the file is %s, and that is told', async (_what, spoil) => {
    await writeFile(path, 'the-old-secret');
    const live = open(10);
    await spoil();
    aSecondLater();
    expect(valuesOf(live)).toEqual(['the-old-secret']);
    expect(told).toBe(1);
    await writeFile(path, 'the-new-secret');
    aSecondLater();
    expect(valuesOf(live)).toEqual(['the-new-secret']);
  });

  it.each<[string, string | undefined]>([
    ['no such file', undefined],
    ['nothing in it', ' \n'],
    ['a value too short', 'short'],
  ])('is a fault of the setting at the start: %s', async (_what, content) => {
    if (content !== undefined) await writeFile(path, content);
    const fault = new ConfigurationFault(['THE_FILE names a file that cannot be read or holds no usable secret']);
    expect(() => open(10)).toThrow(fault);
  });
});
