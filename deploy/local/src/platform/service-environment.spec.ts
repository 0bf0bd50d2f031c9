import { describe, expect, it } from '@jest/globals';
import type { Backing } from './backing.ts';
import { localOriginOf, serviceEnvironment } from './service-environment.ts';

const FAKE = { clientKey: 'key', clientSecret: 'secret', dialect: 'alignment', fakeUrl: 'http://127.0.0.1:1' } as const;
const REAL = { ...FAKE, dialect: 'published', fakeUrl: undefined } as const;
const REDIRECT = 'https://tunnel.example/auth/tiktok/callback';
const HERE = 'http://127.0.0.1:8080';

describe('the place where browsers find the pages', () => {
  it.each<[string, typeof FAKE | typeof REAL, NodeJS.ProcessEnv, string]>([
    ['this machine', FAKE, {}, HERE],
    ['this machine, where nothing is registered', REAL, { TIKTOK_DISPLAY_OAUTH_REDIRECT: ' ' }, HERE],
    [
      'where the real TikTok sends them back',
      REAL,
      { TIKTOK_DISPLAY_OAUTH_REDIRECT: REDIRECT },
      'https://tunnel.example',
    ],
    ['the same by its older name', REAL, { TIKTOK_REDIRECT_URI: REDIRECT }, 'https://tunnel.example'],
    ['this machine for the fake, whatever is registered', FAKE, { TIKTOK_DISPLAY_OAUTH_REDIRECT: REDIRECT }, HERE],
    [
      'what the person says, before anything else',
      REAL,
      { PUBLIC_ORIGIN: 'https://chosen.example', TIKTOK_DISPLAY_OAUTH_REDIRECT: REDIRECT },
      'https://chosen.example',
    ],
    ['this machine, when the address is none: the gateway refuses it', REAL, { TIKTOK_REDIRECT_URI: 'canary' }, HERE],
  ])('is %s', (_what, tiktok, given, expected) => {
    expect(localOriginOf({ tiktok, gatewayPort: 8080, given })).toBe(expected);
  });
});

describe('the address that the fake sends creators back to', () => {
  const users = { credentialsFileOf: () => '/nowhere' } as unknown as Backing['users'];
  const backing = { natsUrl: 'nats://127.0.0.1:1', mongoUri: 'mongodb://127.0.0.1:1', users } as Backing;
  it('is that of the pages, whatever is registered at the real TikTok', () => {
    const given = { TIKTOK_DISPLAY_OAUTH_REDIRECT: REDIRECT, TIKTOK_REDIRECT_URI: REDIRECT };
    const environmentOf = (tiktok: typeof FAKE | typeof REAL) =>
      serviceEnvironment('auth-gateway', { backing, tiktok, gatewayPort: 8080, given });
    const unset = { TIKTOK_DISPLAY_OAUTH_REDIRECT: '', TIKTOK_REDIRECT_URI: '' };
    expect(environmentOf(FAKE)).toMatchObject({ ...unset, PUBLIC_ORIGIN: HERE });
    expect(environmentOf(REAL)).toMatchObject({ ...given, PUBLIC_ORIGIN: 'https://tunnel.example' });
  });
});
