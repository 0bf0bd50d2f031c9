import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import type { ConfigurationFault } from './index.ts';
import { defineConfig, flag, httpAddress, integer, secretText, words } from './index.ts';

const read = defineConfig(
  z.object({
    PORT: integer(0, 65_535).default(8080),
    NAME: z.string(),
    PASSWORD: secretText(8),
    SCOPES: words.optional(),
    BASE: httpAddress.optional(),
    ON: flag.optional(),
  }),
);
const GOOD = { NAME: 'x', PASSWORD: 'long enough' };
const faultsOf = (environment: Record<string, string | undefined>): readonly string[] => {
  try {
    read(environment);
    return [];
  } catch (error) {
    return (error as ConfigurationFault).faults;
  }
};

describe('settings', () => {
  it('are read with their defaults, parsed and frozen', () => {
    const config = read({ ...GOOD, SCOPES: 'a b, c', BASE: 'https://x.test/v1//', ON: 'false', OTHER: 'ignored' });
    expect(config).toMatchObject({
      PORT: 8080,
      NAME: 'x',
      SCOPES: ['a', 'b', 'c'],
      BASE: 'https://x.test/v1',
      ON: false,
    });
    expect(Object.isFrozen(config)).toBe(true);
    expect('OTHER' in config).toBe(false);
  });

  it('treat blank as unset', () => {
    expect(read({ ...GOOD, PORT: '  ' }).PORT).toBe(8080);
    expect(faultsOf({ ...GOOD, NAME: '' })).toEqual(['NAME is missing or of the wrong kind']);
  });

  it('tell every fault at once, each by the name of its variable', () => {
    expect(faultsOf({ PORT: '99999', PASSWORD: 'short', BASE: 'ftp://x', ON: 'yes' })).toEqual([
      expect.stringMatching(/^BASE /),
      expect.stringMatching(/^NAME /),
      expect.stringMatching(/^ON /),
      expect.stringMatching(/^PASSWORD /),
      expect.stringMatching(/^PORT /),
    ]);
  });

  it('never repeat a value in a fault', () => {
    const canary = fc.stringMatching(/^[a-z]{6,20}$/).map((text) => `canary${text}`);
    fc.assert(
      fc.property(canary, (value) => {
        const told = faultsOf({ PORT: value, PASSWORD: value.slice(0, 7), BASE: value, ON: value }).join(' ');
        expect(told).not.toContain('canary');
      }),
    );
  });
});
