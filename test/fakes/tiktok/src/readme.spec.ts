import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { KNOBS } from './knobs.ts';

describe('the README of the fake', () => {
  it('lists every knob with its first value and its meaning, and no other', async () => {
    const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => /^\| `[a-zA-Z]+` \|/.test(line));
    const expected = Object.entries(KNOBS).map(
      ([name, { initial, meaning }]) => `| \`${name}\` | \`${JSON.stringify(initial)}\` | ${meaning} |`,
    );
    expect(rows).toEqual(expected);
  });
});
