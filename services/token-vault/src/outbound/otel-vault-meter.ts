import type { Meters } from '@trendpot/observability';
import type { VaultMeter } from '../domain/ports.ts';

const REFRESH = { renewed: 'done', lost: 'needs_consent', refused: 'needs_consent', failed: 'failed' } as const;
const KMS_OPERATION = { generate: 'generate-data-key', unwrap: 'decrypt' } as const;
const KMS_OUTCOME = { done: 'ok', unavailable: 'unavailable', denied: 'denied', broken: 'denied' } as const;

/** The catalogue's few labels; which code it was stands in the log. */
const outcomeOf = (code: string): 'done' | 'refused' | 'failed' => {
  if (code === 'done') return 'done';
  return code.includes('UNAVAILABLE') || code === 'E_INTERNAL' ? 'failed' : 'refused';
};

/** The vault's meter over the platform's metrics. */
export const otelVaultMeter = (meters: Meters): VaultMeter => ({
  leased: (outcome, milliseconds) => {
    meters.add('tiktok_vault_leases_total', { outcome: outcomeOf(outcome) });
    meters.record('tiktok_vault_lease_duration_seconds', milliseconds / 1000);
  },
  keyMismatch: () => meters.add('tiktok_token_key_mismatch_total'),
  refreshed: (outcome) => meters.add('tiktok_vault_refreshes_total', { outcome: REFRESH[outcome] }),
  revoked: (outcome) => meters.add('tiktok_vault_revocations_total', { outcome }),
  exchanged: (outcome) => meters.add('tiktok_vault_exchanges_total', { outcome: outcomeOf(outcome) }),
  rewrapped: (outcome) => meters.add('tiktok_vault_rewrapped_total', { outcome }),
  kmsCalled: (operation, outcome, milliseconds) => {
    const name = KMS_OPERATION[operation];
    meters.add('tiktok_vault_kms_calls_total', { operation: name, outcome: KMS_OUTCOME[outcome] });
    meters.record('tiktok_vault_kms_duration_seconds', milliseconds / 1000, { operation: name });
  },
  dataKeyAsked: (outcome) => meters.add('tiktok_vault_data_keys_total', { outcome }),
});
