import { toPlatformError, type AccountId } from '@trendpot/contracts';
import type { WrappedDataKey } from '../sealing/credential.ts';
import { copySealingKey, zeroise, type SealingKey } from '../sealing/sealing-key.ts';
import { makeDataKeyCache, type CacheBounds } from './data-key-cache.ts';
import { makeKmsCalls, type KmsParts } from './kms-calls.ts';
import type { RefusalTimes } from './refusals.ts';

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

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
  /** The same, for work that spans several steps and must not need KMS in between. */
  hold(accountId: AccountId, dataKey: WrappedDataKey): Promise<HeldKey>;
  /** A new data key under `keyId`; it is cached as well. */
  create(keyId: string, accountId: AccountId): Promise<HeldKey>;
  /** Lets go of one key, if it is cached. */
  forget(accountId: AccountId, dataKey: WrappedDataKey): void;
  sweep(): void;
  clear(): void;
  readonly size: number;
}

/** A data key that stays in memory until it is released, whatever becomes of the cache. */
export interface HeldKey {
  readonly dataKey: WrappedDataKey;
  readonly key: SealingKey;
  /** Zeroises the key. */
  release(): void;
}

/** Whoever waits for a key that is being unwrapped. */
interface Borrower {
  readonly lend: (key: SealingKey) => void;
  readonly refuse: (error: unknown) => void;
}

const NOBODY_WAITS: Borrower = { lend: () => undefined, refuse: () => undefined };

export interface DataKeySettings extends CacheBounds, RefusalTimes {}

interface Parts extends Omit<KmsParts, 'times' | 'now'> {
  readonly settings: DataKeySettings;
  readonly now?: () => number;
}

const identify = (accountId: AccountId, { wrapped }: WrappedDataKey): string =>
  `${accountId}:${Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length).toString('latin1')}`;

export const makeDataKeys = ({
  keyService,
  health,
  meter,
  settings,
  now = () => performance.now(),
}: Parts): DataKeys => {
  const cache = makeDataKeyCache(settings);
  const kms = makeKmsCalls({ keyService, health, meter, times: settings, now });
  const unwrapping = new Map<string, Borrower[]>();

  /** All who ask while one key is being unwrapped get it at the same moment, before the cache may let go of it again. */
  const unwrapOnce = (id: string, accountId: AccountId, dataKey: WrappedDataKey, borrower: Borrower): void => {
    const waiting = unwrapping.get(id);
    if (waiting !== undefined) return void waiting.push(borrower);
    const borrowers = [borrower];
    unwrapping.set(id, borrowers);
    // In the same moment as the outcome is known to all: whoever asked in between would start a second call.
    const ended = (): boolean => unwrapping.delete(id);
    void kms.unwrap(id, accountId, dataKey).then(
      (key) => {
        ended();
        for (const { lend } of borrowers) lend(key);
        cache.put(id, key, now());
      },
      (error: unknown) => {
        ended();
        // KMS's own refusal ends access at once; only silence is bridged.
        if (toPlatformError(error).code !== 'E_VAULT_KMS_UNAVAILABLE') cache.drop(id);
        for (const { refuse } of borrowers) refuse(error);
      },
    );
  };

  const unwrapped = <T>(
    id: string,
    accountId: AccountId,
    dataKey: WrappedDataKey,
    work: (key: SealingKey) => T,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const lend = (key: SealingKey): void => {
        meter.dataKeyAsked('unwrapped');
        try {
          resolve(work(key));
        } catch (error) {
          reject(asError(error));
        }
      };
      const refuse = (thrown: unknown): void => {
        const error = toPlatformError(thrown);
        const stale = cache.get(id, now());
        meter.dataKeyAsked(stale === undefined ? 'refused' : 'stale');
        if (stale === undefined) return reject(error);
        try {
          resolve(work(stale.key));
        } catch (broken) {
          reject(asError(broken));
        }
      };
      unwrapOnce(id, accountId, dataKey, { lend, refuse });
    });

  const isSilent = (): boolean => health.lastError()?.code === 'E_VAULT_KMS_UNAVAILABLE';

  const use = async <T>(accountId: AccountId, dataKey: WrappedDataKey, work: (key: SealingKey) => T): Promise<T> => {
    const id = identify(accountId, dataKey);
    const cached = cache.get(id, now());
    if (cached === undefined || !(cached.fresh || isSilent())) return unwrapped(id, accountId, dataKey, work);
    meter.dataKeyAsked(cached.fresh ? 'cached' : 'stale');
    const result = work(cached.key);
    // Nobody waits once more for a KMS that has just been silent; whether it is back is asked on the side.
    if (!cached.fresh) unwrapOnce(id, accountId, dataKey, NOBODY_WAITS);
    return result;
  };

  const held = (dataKey: WrappedDataKey, key: SealingKey): HeldKey => ({ dataKey, key, release: () => zeroise(key) });

  return {
    use,
    hold: async (accountId, dataKey) => held(dataKey, await use(accountId, dataKey, copySealingKey)),
    create: async (keyId, accountId) => {
      const { dataKey, key } = await kms.generate(keyId, accountId);
      const own = held(dataKey, copySealingKey(key));
      cache.put(identify(accountId, dataKey), key, now());
      return own;
    },
    forget: (accountId, dataKey) => cache.drop(identify(accountId, dataKey)),
    sweep: () => {
      cache.sweep(now());
      kms.sweep();
    },
    clear: () => cache.clear(),
    get size() {
      return cache.size;
    },
  };
};
