import type { MetricDefinition } from '../metric-definition.ts';
import { CALL_SECONDS } from './boundaries.ts';

const VAULT = ['token-vault'] as const;
const KMS_OPERATION = ['generate-data-key', 'decrypt', 'describe-key'] as const;

/** Tokens and the keys they are sealed under. */
export const VAULT_METRICS = {
  tiktok_token_key_mismatch_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Credentials refused because their key is neither the current one nor a listed previous one.',
    labels: {},
    services: VAULT,
  },
  tiktok_vault_leases_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Requests for an access token, by how they ended.',
    labels: { outcome: ['done', 'refused', 'failed'] },
    services: VAULT,
  },
  tiktok_vault_refreshes_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Token refreshes at TikTok, by how they ended.',
    labels: { outcome: ['done', 'needs_consent', 'failed'] },
    services: VAULT,
  },
  tiktok_vault_kms_calls_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Calls to KMS, by operation and outcome.',
    labels: { operation: KMS_OPERATION, outcome: ['ok', 'denied', 'unavailable'] },
    services: VAULT,
  },
  tiktok_vault_kms_duration_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time of a call to KMS.',
    labels: { operation: KMS_OPERATION },
    boundaries: CALL_SECONDS,
    services: VAULT,
  },
  tiktok_vault_credentials: {
    kind: 'gauge',
    unit: 'count',
    help: 'Credentials sealed under a key: the current one, a listed previous one, or any other.',
    labels: { key: ['current', 'previous', 'unknown'] },
    services: VAULT,
  },
  tiktok_vault_key_credentials: {
    kind: 'gauge',
    unit: 'count',
    help: 'Credentials sealed under one key of the settings, by the id of the key.',
    labels: { key: 'open' },
    services: VAULT,
  },
  tiktok_vault_key_writers: {
    kind: 'gauge',
    unit: 'count',
    help: 'Running vault processes that seal under one key of the settings, by the id of the key.',
    labels: { key: 'open' },
    services: VAULT,
  },
  tiktok_vault_key_retirable: {
    kind: 'gauge',
    unit: 'count',
    help: 'Whether a previous key is safe to retire: 1 when no credential is sealed under it and no running vault seals under it, else 0.',
    labels: { key: 'open' },
    services: VAULT,
  },
  tiktok_vault_exchanges_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Authorization codes redeemed, by how that ended.',
    labels: { outcome: ['done', 'refused', 'failed'] },
    services: VAULT,
  },
  tiktok_vault_revocations_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Disconnects TikTok was told of, by what came of it; given-up: it was never told.',
    labels: { outcome: ['revoked', 'already-void', 'given-up'] },
    services: VAULT,
  },
  tiktok_vault_pending_revocations: {
    kind: 'gauge',
    unit: 'count',
    help: 'Disconnected accounts TikTok was not told of yet.',
    labels: {},
    services: VAULT,
  },
  tiktok_vault_rewrapped_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Credentials moved to the current key by the re-wrap.',
    labels: { outcome: ['done', 'skipped', 'failed'] },
    services: VAULT,
  },
  tiktok_vault_data_keys_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Uses of data keys: from the cache, from it although too old because KMS is out, unwrapped by KMS, or refused.',
    labels: { outcome: ['cached', 'stale', 'unwrapped', 'refused'] },
    services: VAULT,
  },
  tiktok_vault_data_keys_cached: {
    kind: 'gauge',
    unit: 'count',
    help: 'Data keys in memory.',
    labels: {},
    services: VAULT,
  },
  tiktok_vault_lease_duration_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time from a request for an access token to its answer.',
    labels: {},
    boundaries: CALL_SECONDS,
    services: VAULT,
  },
  tiktok_vault_audit_unpublished: {
    kind: 'gauge',
    unit: 'count',
    help: 'Audit entries recorded by this process that the audit stream does not have yet.',
    labels: {},
    services: VAULT,
  },
  tiktok_vault_refresh_tokens_expiring: {
    kind: 'gauge',
    unit: 'count',
    help: 'Accounts whose refresh token ends within VAULT_CONSENT_EXPIRY_NOTICE_DAYS.',
    labels: {},
    services: VAULT,
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
