import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { KNOBS } from './knob-definitions.ts';

const readme = () => readFile(new URL('../README.md', import.meta.url), 'utf8');
const source = (file: string) => readFile(new URL(file, import.meta.url), 'utf8');

describe('the README of the fake', () => {
  it('lists every knob with its first value and its meaning, and no other', async () => {
    const lines = (await readme()).split('\n').map((line) => line.replace(/ +/g, ' '));
    const rows = lines.filter((line) => /^\| `[a-zA-Z]+` \|/.test(line));
    const expected = Object.entries(KNOBS).map(
      ([name, { initial, meaning }]) => `| \`${name}\` | \`${JSON.stringify(initial)}\` | ${meaning} |`,
    );
    expect(rows).toEqual(expected);
  });

  it('lists every control route, and no other', async () => {
    const files = ['routes', 'calls', 'interventions', 'creators', 'grants', 'webhook-orders'];
    const code = (await Promise.all(files.map((file) => source(`./control/${file}.ts`)))).join('\n');
    const routes = [...code.matchAll(/router\.(get|post|patch|delete)\('([^']+)'/g)].map(
      ([, method, path]) => `${method?.toUpperCase()} ${path}`,
    );
    const documented = [...(await readme()).matchAll(/`((?:GET|POST|PATCH|DELETE) \/[^`?]*)/g)].map(
      ([, route]) => route,
    );
    expect([...new Set(documented)].sort()).toEqual(routes.sort());
  });
});
