import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMeters } from '@trendpot/observability';
import { startVaultLab, type VaultLab } from '../../test/vault-lab.ts';
import type { KeyUse } from '../domain/rewrap/sealed-places.ts';
import { observeVault } from './otel-vault-gauges.ts';

const arnOf = (name: string): string => `arn:aws:kms:us-east-1:000000000000:key/${name}`;
const keyRing = { currentKeyId: arnOf('new'), previousKeyIds: [arnOf('old'), arnOf('older')] };

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

/** What a scrape shows of the gauges that tell of keys and consents. */
const scrape = async (uses: readonly KeyUse[], expiring = 0): Promise<readonly string[]> => {
  const meters = createMeters({ service: 'token-vault' });
  observeVault(meters, {
    census: async () => uses,
    expiring: async () => expiring,
    keyRing,
    dataKeys: { size: 0 },
    collections: lab.database.collections,
    unpublished: async () => 0,
  });
  const { body } = await meters.render();
  await meters.close();
  return body.split('\n').filter((line) => !line.startsWith('#'));
};

describe('whether a key is safe to retire', () => {
  it.each<[string, readonly KeyUse[], number]>([
    ['a credential is sealed under it', [{ keyId: arnOf('old'), credentials: 1, writers: 0 }], 0],
    ['a process that seals under it is running', [{ keyId: arnOf('old'), credentials: 0, writers: 1 }], 0],
    ['neither is the case', [{ keyId: arnOf('new'), credentials: 7, writers: 2 }], 1],
  ])('is told of each previous key: %s', async (_what, uses, retirable) => {
    const lines = await scrape(uses);
    expect(lines).toContain(`tiktok_vault_key_retirable{key="old"} ${retirable}`);
    expect(lines).toContain('tiktok_vault_key_retirable{key="older"} 1');
    expect(lines.filter((line) => line.startsWith('tiktok_vault_key_retirable{key="new"}'))).toEqual([]);
  });

  it('is shown with what speaks against it, key by key', async () => {
    const lines = await scrape([
      { keyId: arnOf('new'), credentials: 8_213, writers: 2 },
      { keyId: arnOf('old'), credentials: 12, writers: 1 },
      { keyId: arnOf('forgotten'), credentials: 3, writers: 0 },
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'tiktok_vault_key_credentials{key="new"} 8213',
        'tiktok_vault_key_credentials{key="old"} 12',
        'tiktok_vault_key_credentials{key="older"} 0',
        'tiktok_vault_key_writers{key="new"} 2',
        'tiktok_vault_key_writers{key="old"} 1',
        'tiktok_vault_key_writers{key="older"} 0',
        'tiktok_vault_credentials{key="previous"} 12',
        'tiktok_vault_credentials{key="unknown"} 3',
      ]),
    );
  });
});

describe('consents that end soon', () => {
  it('are counted at the scrape', async () => {
    expect(await scrape([], 4)).toContain('tiktok_vault_refresh_tokens_expiring 4');
  });
});
