import { describe, expect, it } from '@jest/globals';
import { readFlags, WrongUsage } from './flags.ts';

describe('the command line of vault', () => {
  it('is a command of one or more words, and flags', () => {
    expect(readFlags(['rewrap'])).toMatchObject({ command: 'rewrap', kmsCallsPerSecond: undefined, atOnce: 8 });
    expect(readFlags(['rewrap', '--rate', '20', '--at-once', '1'])).toMatchObject({ kmsCallsPerSecond: 20, atOnce: 1 });
    expect(readFlags(['audit', 'verify']).command).toBe('audit verify');
  });

  it.each(['abc', '0', '-5', '1.5', '1e3', '', '10001', 'Infinity'])(
    'refuses a rate of "%s": no rate is no limit',
    (rate) => {
      expect(() => readFlags(['rewrap', `--rate=${rate}`])).toThrow(
        new WrongUsage('--rate takes a whole number from 1 to 10000'),
      );
    },
  );

  it.each(['none', '0', '-1', '1001'])('refuses to work on "%s" credentials at once', (atOnce) => {
    expect(() => readFlags(['rewrap', `--at-once=${atOnce}`])).toThrow(
      new WrongUsage('--at-once takes a whole number from 1 to 1000'),
    );
  });

  it('refuses a flag it does not know', () => {
    expect(() => readFlags(['rewrap', '--fast'])).toThrow(WrongUsage);
  });
});
