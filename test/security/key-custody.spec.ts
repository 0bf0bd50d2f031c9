import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { REPOSITORY } from '@trendpot/local-platform';
import { filesOf, type SourceFile } from './repository-files.ts';

const KMS = '@aws-sdk/client-kms';
const SEALING_FILE = 'services/token-vault/src/domain/sealing/sealed-token.ts';
const KEY_DERIVATION = 'services/token-vault/src/domain/sealing/sealing-key.ts';

/** The one file that turns a data key of KMS into a key that seals, in whichever folder of the vault it lies. */
const KEY_HOLDER = /^services\/token-vault\/src\/(?:.*\/)?kms-calls\.ts$/;

const FORBIDDEN = {
  cipher: /\bcreate(De)?[cC]ipheriv\b/,
  derivation: /\bderiveSealingKey\s*\(/,
  otherKeys: /\b(pbkdf2|scrypt|argon2|createSecretKey|generateKey|subtle)(Sync)?\s*\(/,
  defaulted: /(?:SECRET|OPERATOR_TOKEN|ENC_KEY_ID)\w*:[^,\n]*\.(?:default|catch|prefault)\(/,
  fallback: /(?:SECRET|OPERATOR_TOKEN|ENC_KEY_ID)\w*['"`\]]*\s*(?:\?\?|\|\|)=?\s*\S/,
};

let shipped: readonly SourceFile[];
beforeAll(async () => {
  const sources = await filesOf(['libs', 'services'], /\.(ts|mts|js|mjs)$/);
  shipped = sources.filter(({ path }) => /\/src\//.test(path) && !/\.spec\.ts$|\/testing\//.test(path));
});

const pathsOf = (pattern: RegExp): string[] => shipped.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('AWS KMS', () => {
  it('is a dependency of token-vault alone', async () => {
    const manifests = [
      ...(await filesOf(['libs', 'services', 'deploy', 'test'], /^package\.json$/)),
      { path: 'package.json', text: await readFile(join(REPOSITORY, 'package.json'), 'utf8') },
    ];
    expect(manifests.length).toBeGreaterThan(15);
    expect(manifests.filter(({ text }) => text.includes('@aws-sdk/')).map(({ path }) => path)).toEqual([
      'services/token-vault/package.json',
    ]);
  });

  it('is imported by one file of it', () => {
    expect(pathsOf(/@aws-sdk\//)).toEqual(['services/token-vault/src/outbound/kms-key-service.ts']);
  });

  it('is wanted by nothing else that gets installed', async () => {
    const lock = JSON.parse(await readFile(join(REPOSITORY, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Record<string, Record<string, string> | undefined>>;
    };
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
    const wanting = Object.entries(lock.packages)
      .filter(([, entry]) => kinds.some((kind) => entry[kind]?.[KMS] !== undefined))
      .map(([path]) => path);
    expect(wanting).toEqual(['services/token-vault']);
  });
});

describe('no key lies in the code', () => {
  it('ciphers are used in the vault’s sealing file alone', () => {
    expect(pathsOf(FORBIDDEN.cipher)).toEqual([SEALING_FILE]);
  });

  it('keys are derived in one place, from a data key of KMS, and never from a password', () => {
    expect(pathsOf(/\b(hkdf|hkdfSync)\b/)).toEqual([KEY_DERIVATION]);
    expect(pathsOf(FORBIDDEN.otherKeys)).toEqual([]);
  });

  it('what seals is derived from what KMS unwrapped or made, in the one file that asks it', () => {
    const deriving = pathsOf(FORBIDDEN.derivation);
    expect(deriving).toHaveLength(1);
    expect(deriving[0]).toMatch(KEY_HOLDER);
  });

  it('no text or list of numbers looks like one', () => {
    const keyShaped = [
      /['"`](?:[0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64})['"`]/i,
      /['"`][A-Za-z0-9+/_-]{43}=?['"`]/,
      /['"`]S[UAOCN][A-Z2-7]{56}['"`]/,
      /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
      /Buffer\.alloc\((?:16|24|32),\s*[^)]/,
      /\[(?:\s*(?:0x[0-9a-f]{1,2}|\d{1,3})\s*,){15,}/i,
    ];
    for (const pattern of keyShaped) expect(pathsOf(pattern)).toEqual([]);
  });

  it('no secret has a default', () => {
    expect(pathsOf(FORBIDDEN.defaulted)).toEqual([]);
    expect(pathsOf(FORBIDDEN.fallback)).toEqual([]);
  });

  it.each<[string, keyof typeof FORBIDDEN, string]>([
    ['a cipher elsewhere', 'cipher', "const cipher = createCipheriv('aes-256-gcm', key, nonce);"],
    ['a sealing key made of something else', 'derivation', 'const key = deriveSealingKey(bytesOf(settings.secret));'],
    ['a key made of a password', 'otherKeys', 'const key = scryptSync(password, salt, 32);'],
    ['a default for a secret', 'defaulted', "TIKTOK_CLIENT_SECRET: secretText().default('x'),"],
    ['a text as fallback', 'fallback', "const key = settings.TIKTOK_TOKEN_ENC_KEY_ID ?? 'alias/other';"],
    ['a variable as fallback', 'fallback', 'const key = settings.TIKTOK_TOKEN_ENC_KEY_ID ?? otherKey;'],
    ['a call as fallback', 'fallback', "const key = environment['TIKTOK_TOKEN_ENC_KEY_ID'] || readKey();"],
    ['a fallback on the next line', 'fallback', 'settings.OPERATOR_TOKEN ??\n  defaults.token'],
    ['a fallback that is assigned', 'fallback', 'settings.TIKTOK_CLIENT_SECRET ??= defaults.secret;'],
  ])('would be noticed: %s', (_what, name, text) => {
    expect(FORBIDDEN[name].test(text)).toBe(true);
  });
});
