import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import type { ConfigurationFault } from './index.ts';
import {
  defineConfig,
  flag,
  httpAddress,
  integer,
  mongoSettings,
  secretFile,
  secretText,
  serviceSettings,
  words,
} from './index.ts';

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
const faultsOf = (environment: Record<string, string | undefined>, reader: (from: never) => unknown = read) => {
  try {
    reader(environment as never);
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
    expect(faultsOf({ ...GOOD, NAME: '' })).toEqual(['NAME is missing']);
  });

  it('tell every fault at once, each by the name of its variable', () => {
    expect(faultsOf({ PORT: '99999', PASSWORD: 'short', BASE: 'ftp://x', ON: 'yes' })).toEqual([
      'BASE must be an http:// or https:// address',
      'NAME is missing',
      'ON must be one of: true, false',
      'PASSWORD must have 8 characters at least',
      'PORT must be 65535 at most',
    ]);
  });

  it('tell what would be right of the settings that every service has', () => {
    const readCommon = defineConfig(z.object({ ...serviceSettings, ...mongoSettings }));
    const given = { PORT: '-1', LOG_LEVEL: 'loud', NATS_URL: 'x', NATS_STREAM_REPLICAS: '2', MONGODB_URI: 'x' };
    expect(faultsOf(given, readCommon)).toEqual([
      'LOG_LEVEL must be one of: debug, info, warn, error, silent',
      'MONGODB_URI must begin with mongodb:// or mongodb+srv://',
      'NATS_STREAM_REPLICAS must be one of: 1, 3, 5',
      'NATS_URL must begin with nats:// or tls://',
      'PORT must be 0 at least',
    ]);
    expect(faultsOf({ ...GOOD, PORT: '1.5' })).toEqual(['PORT must be a whole number']);
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

describe('rules between settings', () => {
  const readRange = defineConfig(
    z.object({ LOWEST: integer(0, 100), HIGHEST: integer(0, 100).default(50), NAME: z.string() }),
    [
      {
        about: ['LOWEST', 'HIGHEST'],
        fault: ({ LOWEST, HIGHEST }) => (LOWEST > HIGHEST ? 'LOWEST exceeds HIGHEST' : undefined),
      },
    ],
  );

  it('are told together with faults of other settings', () => {
    expect(readRange({ LOWEST: '50', NAME: 'x' })).toEqual({ LOWEST: 50, HIGHEST: 50, NAME: 'x' });
    expect(faultsOf({ LOWEST: '51' }, readRange)).toEqual(['LOWEST exceeds HIGHEST', 'NAME is missing']);
  });

  it('say nothing while a setting they are about is at fault itself', () => {
    expect(faultsOf({ LOWEST: '51', HIGHEST: 'many', NAME: 'x' }, readRange)).toEqual([
      'HIGHEST must be a whole number',
    ]);
  });
});

describe('a secret in a file', () => {
  const readFrom = defineConfig(z.object({ KEY_FILE: secretFile.optional(), PORT: integer(0, 9).default(1) }));

  it('is read and kept from being printed; a file that is not there is told among the other faults', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trendpot-config-spec-'));
    try {
      const file = join(folder, 'key');
      await writeFile(file, 'canary\n');
      const { KEY_FILE: key } = readFrom({ KEY_FILE: file });
      expect([key?.reveal(), JSON.stringify(key)?.includes('canary')]).toEqual(['canary', false]);
      await writeFile(file, '\n');
      const fault = 'KEY_FILE names a file that cannot be read or is empty';
      expect(faultsOf({ KEY_FILE: file, PORT: '10' }, readFrom)).toEqual([fault, expect.stringMatching(/^PORT /)]);
      expect(faultsOf({ KEY_FILE: join(folder, 'other') }, readFrom)).toEqual([fault]);
      expect(readFrom({}).KEY_FILE).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
