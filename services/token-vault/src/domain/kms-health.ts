import type { PlatformError } from '@trendpot/contracts';

export type KmsState = 'available' | 'degraded' | 'unavailable';

/** How KMS has been answering. One failure is `degraded`; failures for longer than `outageAfterMs` are `unavailable`. */
export interface KmsHealth {
  succeeded(): void;
  failed(error: PlatformError, now: number): void;
  state(now: number): KmsState;
  lastError(): PlatformError | undefined;
}

export const makeKmsHealth = (outageAfterMs = 5_000): KmsHealth => {
  let failingSince: number | undefined;
  let last: PlatformError | undefined;
  return {
    succeeded: () => {
      failingSince = undefined;
      last = undefined;
    },
    failed: (error, now) => {
      failingSince ??= now;
      last = error;
    },
    state: (now) => {
      if (failingSince === undefined) return 'available';
      // A refusal is a decision of KMS, not a hiccup: it does not pass by waiting.
      if (last?.code === 'E_VAULT_KMS_DENIED') return 'unavailable';
      return now - failingSince >= outageAfterMs ? 'unavailable' : 'degraded';
    },
    lastError: () => last,
  };
};
