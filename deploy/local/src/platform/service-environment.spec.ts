import { describe, expect, it } from '@jest/globals';
import { localOriginOf } from './service-environment.ts';

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
