import { PlatformError, type AccountId } from '@trendpot/contracts';
import type { DataKeys } from './data-keys.ts';
import type { KeyRing } from './key-ring.ts';
import type { KmsHealth } from './kms-health.ts';

const NOBODY: AccountId = 'acc_00000000000000000000';
/** While KMS fails, it is asked so often whether it is back, unless other work asks it anyway. */
const ASK_EVERY_MS = 5_000;

/**
 * Readiness with respect to KMS. Costs no call while KMS is known to answer.
 *
 * @throws PlatformError the reason, while KMS is out or refuses
 */
export const makeRequireKms = (
  dataKeys: Pick<DataKeys, 'create' | 'forget'>,
  keyRing: KeyRing,
  health: KmsHealth,
  now: () => number = () => performance.now(),
): (() => Promise<void>) => {
  let askedAt = -Infinity;
  return async () => {
    if (health.state(now()) === 'available') return;
    if (now() - askedAt >= ASK_EVERY_MS) {
      askedAt = now();
      const probe = await dataKeys.create(keyRing.currentKeyId, NOBODY).catch(() => undefined);
      if (probe !== undefined) dataKeys.forget(NOBODY, probe.dataKey);
      probe?.release();
    }
    if (health.state(now()) !== 'unavailable') return;
    throw health.lastError() ?? new PlatformError('E_VAULT_KMS_UNAVAILABLE', 'KMS does not answer');
  };
};
