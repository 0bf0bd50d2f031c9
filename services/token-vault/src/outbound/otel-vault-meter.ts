import type { Meters } from '@trendpot/observability';
import type { VaultMeter } from '../domain/ports.ts';

const REFRESH = { renewed: 'done', lost: 'needs_consent', refused: 'needs_consent', failed: 'failed' } as const;
const KMS_OPERATION = { generate: 'generate-data-key', unwrap: 'decrypt' } as const;
const KMS_OUTCOME = { done: 'ok', unavailable: 'unavailable', denied: 'denied', broken: 'denied' } as const;

/** The vault's meter over the platform's metrics. Outcomes become the catalogue's few labels; codes stay in the log. */
export const otelVaultMeter = (meters: Meters): VaultMeter => ({
  leased: (outcome) => {
    const refused = outcome !== 'done' && !outcome.includes('UNAVAILABLE') && outcome !== 'E_INTERNAL';
    meters.add('tiktok_vault_leases_total', { outcome: outcome === 'done' ? 'done' : refused ? 'refused' : 'failed' });
  },
  keyMismatch: () => meters.add('tiktok_token_key_mismatch_total'),
  refreshed: (outcome) => meters.add('tiktok_vault_refreshes_total', { outcome: REFRESH[outcome] }),
  revoked: () => undefined,
  exchanged: () => undefined,
  rewrapped: () => undefined,
  kmsCalled: (operation, outcome) =>
    meters.add('tiktok_vault_kms_calls_total', {
      operation: KMS_OPERATION[operation],
      outcome: KMS_OUTCOME[outcome],
    }),
  dataKeyAsked: () => undefined,
});
