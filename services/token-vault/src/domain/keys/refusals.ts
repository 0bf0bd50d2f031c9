import type { PlatformError } from '@trendpot/contracts';

export interface RefusalTimes {
  /** For so long KMS is not asked again after it throttled or was silent. */
  readonly unavailableMs: number;
  /** For so long it is not asked again after it refused a key or a wrapped data key. */
  readonly refusedMs: number;
}

/** Remembers failures for a short while, so that a crowd behind a failing call does not repeat it one by one. */
export const makeRefusals = (times: RefusalTimes, now: () => number, maxEntries = 10_000) => {
  const remembered = new Map<string, { readonly error: PlatformError; readonly until: number }>();
  return {
    /** @throws the remembered error */
    check: (subject: string): void => {
      const refusal = remembered.get(subject);
      if (refusal === undefined) return;
      if (refusal.until > now()) throw refusal.error;
      remembered.delete(subject);
    },
    remember: (subject: string, error: PlatformError): void => {
      if (remembered.size >= maxEntries) remembered.clear();
      const lasts = error.code === 'E_VAULT_KMS_UNAVAILABLE' ? times.unavailableMs : times.refusedMs;
      remembered.set(subject, { error, until: now() + lasts });
    },
    sweep: (): void => {
      for (const [subject, { until }] of remembered) if (until <= now()) remembered.delete(subject);
    },
  };
};
