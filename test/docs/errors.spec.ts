import { describe, expect, it } from '@jest/globals';
import { ERROR_CATALOGUE, ERROR_CODES } from '@trendpot/contracts';
import { rowsOf } from './markdown.ts';
import { readText } from './repository-files.ts';

const rows = rowsOf(await readText('docs/errors.md')).filter(([name]) => name?.startsWith('E_'));

describe('docs/errors.md', () => {
  it('has one row for every code, and no row without a code', () => {
    expect(rows.map(([code]) => code).sort()).toEqual([...ERROR_CODES].sort());
  });

  it('says of each code what the catalogue says, and what an operator does', () => {
    const told = rows.map(([code, verdict, status, publicMessage, meaning]) => [
      code,
      { verdict, status: Number(status), publicMessage, meaning },
    ]);
    expect(Object.fromEntries(told)).toEqual(ERROR_CATALOGUE);
    expect(rows.filter((row) => row.length !== 6 || row[5] === '')).toEqual([]);
  });

  it('explains every verdict', async () => {
    const explained = rowsOf(await readText('docs/errors.md')).map(([name]) => name);
    const verdicts = new Set(Object.values(ERROR_CATALOGUE).map(({ verdict }) => verdict));
    expect([...verdicts].filter((verdict) => !explained.includes(verdict))).toEqual([]);
  });
});
