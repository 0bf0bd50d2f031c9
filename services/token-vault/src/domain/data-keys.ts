import { toPlatformError, type AccountId, type PlatformError } from '@trendpot/contracts';
import type { WrappedDataKey } from './credential.ts';
import { makeDataKeyCache, type CacheBounds } from './data-key-cache.ts';
import { sealBroken } from './errors.ts';
import type { KmsHealth } from './kms-health.ts';
import type { KeyService, VaultMeter } from './ports.ts';
import { makeRefusals, type RefusalTimes } from './refusals.ts';
import { DATA_KEY_BYTES, deriveSealingKey, type SealingKey } from './sealing-key.ts';
import { makeSingleFlight } from './single-flight.ts';

/**
 * The accounts' data keys. Keys are lent to synchronous work only: no key can be zeroised while it is in use, and none
 * outlives its place in the cache.
 */
export interface DataKeys {
  /**
   * Lends the key that `dataKey` unwraps to. One KMS call however many ask at once; none while the key is cached. While
   * KMS is out, a cached key goes on for the configured time.
   *
   * @throws PlatformError as `KeyService` does
   */
  use<T>(accountId: AccountId, dataKey: WrappedDataKey, work: (key: SealingKey) => T): Promise<T>;
  /** A new data key under `keyId`, already cached. */
  create(keyId: string, accountId: AccountId): Promise<WrappedDataKey>;
  /** Lets go of one key, if it is cached. */
  forget(accountId: AccountId, dataKey: WrappedDataKey): void;
  sweep(): void;
  clear(): void;
  readonly size: number;
}

export interface DataKeySettings extends CacheBounds, RefusalTimes {}

interface Parts {
  readonly keyService: KeyService;
  readonly health: KmsHealth;
  readonly meter: VaultMeter;
  readonly settings: DataKeySettings;
  readonly now?: () => number;
}

const identify = (accountId: AccountId, { wrapped }: WrappedDataKey): string =>
  `${accountId}:${Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length).toString('latin1')}`;

const OUTCOME = {
  E_VAULT_KMS_DENIED: 'denied',
  E_VAULT_SEAL_BROKEN: 'broken',
} as const;

export const makeDataKeys = ({
  keyService,
  health,
  meter,
  settings,
  now = () => performance.now(),
}: Parts): DataKeys => {
  const cache = makeDataKeyCache(settings);
  const refusals = makeRefusals(settings, now);
  const unwrapOnce = makeSingleFlight<void>();

  const call = async <T>(operation: 'generate' | 'unwrap', keyId: string, work: () => Promise<T>): Promise<T> => {
    refusals.check(keyId);
    const startedAt = now();
    try {
      const result = await work();
      health.succeeded();
      meter.kmsCalled(operation, 'done', now() - startedAt);
      return result;
    } catch (thrown) {
      const error = toPlatformError(thrown);
      // A broken blob says nothing about KMS: it answered.
      if (error.code === 'E_VAULT_SEAL_BROKEN') health.succeeded();
      else {
        health.failed(error, now());
        refusals.remember(keyId, error);
      }
      meter.kmsCalled(operation, OUTCOME[error.code as keyof typeof OUTCOME] ?? 'unavailable', now() - startedAt);
      throw error;
    }
  };

  const unwrap = (id: string, accountId: AccountId, dataKey: WrappedDataKey): Promise<void> =>
    unwrapOnce(id, async () => {
      refusals.check(id);
      try {
        const plaintext = await call('unwrap', dataKey.keyId, () =>
          keyService.unwrapDataKey(dataKey.keyId, dataKey.wrapped, accountId),
        );
        if (plaintext.length !== DATA_KEY_BYTES) throw sealBroken('data-key');
        cache.put(id, deriveSealingKey(plaintext), now());
      } catch (thrown) {
        const error = toPlatformError(thrown);
        if (error.code === 'E_VAULT_SEAL_BROKEN') refusals.remember(id, error);
        throw error;
      }
    });

  const mayGoOn = (error: PlatformError): boolean => error.code === 'E_VAULT_KMS_UNAVAILABLE';

  const use = async <T>(accountId: AccountId, dataKey: WrappedDataKey, work: (key: SealingKey) => T): Promise<T> => {
    const id = identify(accountId, dataKey);
    const cached = cache.get(id, now());
    if (cached?.fresh === true) {
      meter.dataKeyAsked('cached');
      return work(cached.key);
    }
    try {
      await unwrap(id, accountId, dataKey);
    } catch (thrown) {
      const error = toPlatformError(thrown);
      // KMS's own refusal ends access at once; only silence is bridged.
      if (!mayGoOn(error)) cache.drop(id);
      const stale = cache.get(id, now());
      meter.dataKeyAsked(stale === undefined ? 'refused' : 'stale');
      if (stale === undefined) throw error;
      return work(stale.key);
    }
    const unwrapped = cache.get(id, now());
    if (unwrapped === undefined) return use(accountId, dataKey, work);
    meter.dataKeyAsked('unwrapped');
    return work(unwrapped.key);
  };

  return {
    use,
    create: async (keyId, accountId) => {
      const {
        plaintext,
        wrapped,
        keyId: arn,
      } = await call('generate', keyId, () => keyService.generateDataKey(keyId, accountId));
      const dataKey = { keyId: arn, wrapped };
      cache.put(identify(accountId, dataKey), deriveSealingKey(plaintext), now());
      return dataKey;
    },
    forget: (accountId, dataKey) => cache.drop(identify(accountId, dataKey)),
    sweep: () => {
      cache.sweep(now());
      refusals.sweep();
    },
    clear: () => cache.clear(),
    get size() {
      return cache.size;
    },
  };
};
