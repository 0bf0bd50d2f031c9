import { describe, expect, it } from '@jest/globals';
import { describeAge } from './duration.ts';
import { readOptions } from './options.ts';

const ACCOUNT = `acc_${'0'.repeat(20)}`;

describe('the options of npm run jobs', () => {
  it('choose by number or by filter', () => {
    expect(readOptions(['show', '7', '8'])).toMatchObject({ command: 'show', numbers: [7, 8], filter: {} });
    const filters = ['--account', ACCOUNT, '--code', 'E_TIKTOK_UNAVAILABLE', '--queue', 'sync', '--older-than', '2h'];
    expect(readOptions(['redrive', ...filters, '--limit', '5', '--dry-run'])).toEqual({
      command: 'redrive',
      numbers: [],
      filter: { accountId: ACCOUNT, code: 'E_TIKTOK_UNAVAILABLE', queue: 'sync', olderThanMs: 7_200_000, limit: 5 },
      dryRun: true,
      json: false,
    });
    expect(readOptions(['drop', '--all'])).toMatchObject({ command: 'drop', filter: {} });
    expect(readOptions(['drop', '--help'])).toBe('help');
  });

  it.each([
    ['no command', []],
    ['a command nobody knows', ['retry']],
    ['a redrive of nothing in particular', ['redrive']],
    ['a drop of nothing in particular', ['drop', '--dry-run']],
    ['a show without a number', ['show']],
    ['a list with numbers', ['list', '3']],
    ['numbers and a filter at once', ['drop', '3', '--all']],
    ['a number that is none', ['show', '0']],
    ['an account that cannot exist', ['list', '--account', '*']],
    ['a code that does not exist', ['list', '--code', 'E_NOTHING']],
    ['a time without a unit', ['list', '--older-than', '20']],
    ['a flag nobody knows', ['list', '--force']],
  ])('refuse %s', (_what, parameters) => {
    expect(() => readOptions(parameters)).toThrow();
  });

  it('tell an age in the largest unit that fits', () => {
    expect([-5, 900, 61_000, 7_300_000, 9 * 86_400_000].map(describeAge)).toEqual(['0s', '0s', '1m', '2h', '9d']);
  });
});
