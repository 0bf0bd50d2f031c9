import type { PlatformError } from '@trendpot/contracts';

export type KmsState = 'available' | 'degraded' | 'unavailable';

/**
 * How KMS has been answering. One failure is `degraded`; failures for longer than `outageAfterMs` are `unavailable`. What
 * KMS decides about a key of earlier days concerns the credentials under it, not whether new work can be taken.
 */
export interface KmsHealth {
  succeeded(keyId: string): void;
  failed(keyId: string, error: PlatformError, now: number): void;
  state(now: number): KmsState;
  lastError(): PlatformError | undefined;
}

const isRefusal = (error: PlatformError | undefined): boolean => error?.code === 'E_VAULT_KMS_DENIED';

export const makeKmsHealth = (currentKeyId: string, outageAfterMs = 5_000): KmsHealth => {
  let failingSince: number | undefined;
  let last: PlatformError | undefined;
  /** An answer ends an outage; a refusal of the current key ends only when that very key is usable again. */
  const answered = (keyId: string): void => {
    if (isRefusal(last) && keyId !== currentKeyId) return;
    failingSince = undefined;
    last = undefined;
  };
  return {
    succeeded: answered,
    failed: (keyId, error, now) => {
      if (keyId !== currentKeyId && isRefusal(error)) return answered(keyId);
      failingSince ??= now;
      last = error;
    },
    state: (now) => {
      if (failingSince === undefined) return 'available';
      // A refusal is a decision of KMS, not a hiccup: it does not pass by waiting.
      if (isRefusal(last)) return 'unavailable';
      return now - failingSince >= outageAfterMs ? 'unavailable' : 'degraded';
    },
    lastError: () => last,
  };
};
