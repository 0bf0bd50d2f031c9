import type { Meters } from '@trendpot/observability';
import type { Collections } from '@trendpot/persistence';
import type { KeyRing } from '../domain/keys/key-ring.ts';
import { isRetirable, useOf, type KeyUse } from '../domain/rewrap/sealed-places.ts';

/** A census counts every credential; scrapes may come often. */
const CENSUS_EVERY_MS = 30_000;

interface Sources {
  readonly census: () => Promise<readonly KeyUse[]>;
  readonly expiring: () => Promise<number>;
  readonly keyRing: KeyRing;
  readonly dataKeys: { readonly size: number };
  readonly collections: Collections;
  readonly unpublished: () => Promise<number>;
}

const remembered = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let value: Promise<T> | undefined;
  let readAt = -Infinity;
  return () => {
    if (value === undefined || performance.now() - readAt > CENSUS_EVERY_MS) {
      readAt = performance.now();
      value = read();
      value.catch(() => (value = undefined));
    }
    return value;
  };
};

/** What people call a key: the last part of its ARN. There are as many as are listed in the settings. */
const nameOf = (keyId: string): string => keyId.split('/').at(-1) ?? keyId;

const observeKeys = (meters: Meters, { currentKeyId, previousKeyIds }: KeyRing, census: Sources['census']): void => {
  const use = async (keyId: string): Promise<KeyUse> => useOf(await census(), keyId);
  for (const keyId of [currentKeyId, ...previousKeyIds]) {
    const label = { key: nameOf(keyId) };
    meters.observe('tiktok_vault_key_credentials', async () => (await use(keyId)).credentials, label);
    meters.observe('tiktok_vault_key_writers', async () => (await use(keyId)).writers, label);
  }
  for (const keyId of previousKeyIds) {
    const retirable = async (): Promise<number> => Number(isRetirable(await use(keyId)));
    meters.observe('tiktok_vault_key_retirable', retirable, { key: nameOf(keyId) });
  }
};

/** How many credentials each kind of key still opens, and what else is read at a scrape. */
export const observeVault = (meters: Meters, sources: Sources): void => {
  const { keyRing } = sources;
  const census = remembered(sources.census);
  const expiring = remembered(sources.expiring);
  const kindOf = (keyId: string): 'current' | 'previous' | 'unknown' => {
    if (keyId === keyRing.currentKeyId) return 'current';
    return keyRing.previousKeyIds.includes(keyId) ? 'previous' : 'unknown';
  };
  for (const key of ['current', 'previous', 'unknown'] as const) {
    const count = async (): Promise<number> =>
      (await census()).filter(({ keyId }) => kindOf(keyId) === key).reduce((sum, use) => sum + use.credentials, 0);
    meters.observe('tiktok_vault_credentials', count, { key });
  }
  observeKeys(meters, keyRing, census);
  meters.observe('tiktok_vault_refresh_tokens_expiring', expiring);
  meters.observe('tiktok_vault_data_keys_cached', () => sources.dataKeys.size);
  meters.observe('tiktok_vault_pending_revocations', () =>
    sources.collections.pendingRevocations.estimatedDocumentCount(),
  );
  meters.observe('tiktok_vault_audit_unpublished', sources.unpublished);
};
