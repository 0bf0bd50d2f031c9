import { describe, expect, it } from '@jest/globals';
import { createMeters } from '@trendpot/observability';
import type { VaultMeter } from '../domain/ports.ts';
import { otelVaultMeter } from './otel-vault-meter.ts';

type Act = (meter: VaultMeter) => void;
type Case = readonly [act: Act, shown: readonly string[]];

/** What a scrape shows as other than 0 after the act: of a histogram its sum and its count. */
const shownAfter = async (act: Act): Promise<readonly string[]> => {
  const meters = createMeters({ service: 'token-vault' });
  act(otelVaultMeter(meters));
  const { body } = await meters.render();
  await meters.close();
  return body.split('\n').filter((line) => /^tiktok_/.test(line) && !/ 0$|_bucket\{/.test(line));
};

const lease = (code: string, outcome: string): Case => [
  (meter) => meter.leased(code, 250),
  [
    `tiktok_vault_leases_total{outcome="${outcome}"} 1`,
    'tiktok_vault_lease_duration_seconds_count 1',
    'tiktok_vault_lease_duration_seconds_sum 0.25',
  ],
];
const refresh = (ended: Parameters<VaultMeter['refreshed']>[0], outcome: string): Case => [
  (meter) => meter.refreshed(ended),
  [`tiktok_vault_refreshes_total{outcome="${outcome}"} 1`],
];
const revocation = (outcome: Parameters<VaultMeter['revoked']>[0]): Case => [
  (meter) => meter.revoked(outcome),
  [`tiktok_vault_revocations_total{outcome="${outcome}"} 1`],
];
const exchange = (code: string, outcome: string): Case => [
  (meter) => meter.exchanged(code),
  [`tiktok_vault_exchanges_total{outcome="${outcome}"} 1`],
];
const rewrap = (outcome: Parameters<VaultMeter['rewrapped']>[0]): Case => [
  (meter) => meter.rewrapped(outcome),
  [`tiktok_vault_rewrapped_total{outcome="${outcome}"} 1`],
];
const use = (outcome: Parameters<VaultMeter['dataKeyAsked']>[0]): Case => [
  (meter) => meter.dataKeyAsked(outcome),
  [`tiktok_vault_data_keys_total{outcome="${outcome}"} 1`],
];
const kmsCall = (
  operation: Parameters<VaultMeter['kmsCalled']>[0],
  ended: Parameters<VaultMeter['kmsCalled']>[1],
  name: string,
  outcome: string,
): Case => [
  (meter) => meter.kmsCalled(operation, ended, 50),
  [
    `tiktok_vault_kms_calls_total{operation="${name}",outcome="${outcome}"} 1`,
    `tiktok_vault_kms_duration_seconds_count{operation="${name}"} 1`,
    `tiktok_vault_kms_duration_seconds_sum{operation="${name}"} 0.05`,
  ],
];

/** Every method of the meter: one that is added and not tried here does not compile. */
const CASES: Readonly<Record<keyof VaultMeter, readonly Case[]>> = {
  keyMismatch: [[(meter) => meter.keyMismatch(), ['tiktok_token_key_mismatch_total 1']]],
  leased: [
    lease('done', 'done'),
    lease('E_TIKTOK_KEY_MISMATCH', 'refused'),
    lease('E_NEEDS_CONSENT', 'refused'),
    lease('E_VAULT_KMS_UNAVAILABLE', 'failed'),
    lease('E_UNAVAILABLE', 'failed'),
    lease('E_INTERNAL', 'failed'),
  ],
  refreshed: [
    refresh('renewed', 'done'),
    refresh('lost', 'needs_consent'),
    refresh('refused', 'needs_consent'),
    refresh('failed', 'failed'),
  ],
  revoked: [revocation('revoked'), revocation('already-void'), revocation('given-up')],
  exchanged: [
    exchange('done', 'done'),
    exchange('E_CODE_REJECTED', 'refused'),
    exchange('E_TIKTOK_UNAVAILABLE', 'failed'),
  ],
  rewrapped: [rewrap('done'), rewrap('skipped'), rewrap('failed')],
  kmsCalled: [
    kmsCall('generate', 'done', 'generate-data-key', 'ok'),
    kmsCall('generate', 'denied', 'generate-data-key', 'denied'),
    kmsCall('unwrap', 'unavailable', 'decrypt', 'unavailable'),
    kmsCall('unwrap', 'broken', 'decrypt', 'denied'),
  ],
  dataKeyAsked: [use('cached'), use('stale'), use('unwrapped'), use('refused')],
};

describe.each(Object.entries(CASES))('what the vault tells its meter as %s', (_method, cases) => {
  it.each(cases)(
    'shows at the next scrape under the names of the catalogue, and nothing else does: %#',
    async (act, shown) => {
      expect([...(await shownAfter(act))].sort()).toEqual([...shown].sort());
    },
  );
});
