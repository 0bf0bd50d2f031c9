import { toPlatformError, type AccountId } from '@trendpot/contracts';
import { sealBroken } from '../errors.ts';
import type { KeyService, VaultMeter } from '../ports.ts';
import type { WrappedDataKey } from '../sealing/credential.ts';
import { DATA_KEY_BYTES, deriveSealingKey, type SealingKey } from '../sealing/sealing-key.ts';
import type { KmsHealth } from './kms-health.ts';
import { makeRefusals, type RefusalTimes } from './refusals.ts';

export interface KmsParts {
  readonly keyService: KeyService;
  readonly health: KmsHealth;
  readonly meter: VaultMeter;
  readonly times: RefusalTimes;
  readonly now: () => number;
}

/** The calls of KMS. Each tells of its health, and one that failed is not repeated for a while. */
export interface KmsCalls {
  /** A new data key, as it is stored and as it seals. */
  generate(
    keyId: string,
    accountId: AccountId,
  ): Promise<{ readonly dataKey: WrappedDataKey; readonly key: SealingKey }>;
  /** `id` names this wrapped key of this account. */
  unwrap(id: string, accountId: AccountId, dataKey: WrappedDataKey): Promise<SealingKey>;
  sweep(): void;
}

const OUTCOME = {
  E_VAULT_KMS_DENIED: 'denied',
  E_VAULT_SEAL_BROKEN: 'broken',
} as const;

export const makeKmsCalls = ({ keyService, health, meter, times, now }: KmsParts): KmsCalls => {
  const refusals = makeRefusals(times, now);

  const call = async <T>(operation: 'generate' | 'unwrap', keyId: string, work: () => Promise<T>): Promise<T> => {
    refusals.check(keyId);
    const startedAt = now();
    try {
      const result = await work();
      health.succeeded(keyId);
      meter.kmsCalled(operation, 'done', now() - startedAt);
      return result;
    } catch (thrown) {
      const error = toPlatformError(thrown);
      // A broken blob says nothing about KMS: it answered.
      if (error.code === 'E_VAULT_SEAL_BROKEN') health.succeeded(keyId);
      else {
        health.failed(keyId, error, now());
        refusals.remember(keyId, error);
      }
      meter.kmsCalled(operation, OUTCOME[error.code as keyof typeof OUTCOME] ?? 'unavailable', now() - startedAt);
      throw error;
    }
  };

  return {
    generate: async (keyId, accountId) => {
      const made = await call('generate', keyId, () => keyService.generateDataKey(keyId, accountId));
      return { dataKey: { keyId: made.keyId, wrapped: made.wrapped }, key: deriveSealingKey(made.plaintext) };
    },
    unwrap: async (id, accountId, dataKey) => {
      refusals.check(id);
      try {
        const plaintext = await call('unwrap', dataKey.keyId, () =>
          keyService.unwrapDataKey(dataKey.keyId, dataKey.wrapped, accountId),
        );
        if (plaintext.length !== DATA_KEY_BYTES) {
          plaintext.fill(0);
          throw sealBroken('data-key');
        }
        return deriveSealingKey(plaintext);
      } catch (thrown) {
        const error = toPlatformError(thrown);
        if (error.code === 'E_VAULT_SEAL_BROKEN') refusals.remember(id, error);
        throw error;
      }
    },
    sweep: () => refusals.sweep(),
  };
};
