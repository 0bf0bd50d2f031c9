import {
  defineConfig,
  displayBaseUrl,
  flag,
  httpAddress,
  integer,
  secretText,
  tiktokSettings,
  words,
  type Environment,
  type SecretSources,
} from '@trendpot/config';
import type { Dialect } from '@trendpot/contracts';
import { z } from 'zod';
import type { DataKeySettings } from './domain/keys/data-keys.ts';
import type { KmsSettings } from './outbound/kms-key-service.ts';

/** Each variable has a row in docs/configuration.md. */
export const readSettings = defineConfig(
  z.object({
    ...tiktokSettings,
    TIKTOK_CLIENT_KEY: z.string().max(256),
    TIKTOK_CLIENT_SECRET: secretText().optional(),
    TIKTOK_CLIENT_SECRET_PREVIOUS: secretText().optional(),
    TIKTOK_CLIENT_SECRET_FILE: z.string().optional(),
    TIKTOK_TOKEN_ENC_KEY_ID: z.string().max(512),
    TIKTOK_TOKEN_ENC_PREVIOUS_KEY_IDS: words.default([]),
    AWS_REGION: z.string().default('us-east-1'),
    AWS_ENDPOINT_URL_KMS: httpAddress.optional(),
    VAULT_KMS_TIMEOUT_MS: integer(100, 60_000).default(3_000),
    VAULT_DATA_KEY_CACHE_ENTRIES: integer(1, 1_000_000).default(10_000),
    VAULT_DATA_KEY_CACHE_SECONDS: integer(1, 86_400).default(900),
    VAULT_KMS_OUTAGE_SECONDS: integer(0, 86_400).default(3_600),
    VAULT_TIKTOK_TIMEOUT_MS: integer(100, 60_000).default(10_000),
    VAULT_CONSENT_EXPIRY_NOTICE_DAYS: integer(1, 365).default(30),
    VAULT_REWRAP_IN_BACKGROUND: flag.default(false),
    VAULT_REWRAP_KMS_CALLS_PER_SECOND: integer(1, 10_000).default(50),
    VAULT_AUDIT_RETENTION_DAYS: integer(1, 36_500).default(548),
  }),
  [
    {
      about: ['TIKTOK_CLIENT_SECRET', 'TIKTOK_CLIENT_SECRET_FILE'],
      fault: (settings) =>
        settings.TIKTOK_CLIENT_SECRET === undefined && settings.TIKTOK_CLIENT_SECRET_FILE === undefined
          ? 'TIKTOK_CLIENT_SECRET is missing, and so is TIKTOK_CLIENT_SECRET_FILE'
          : undefined,
    },
  ],
);

export interface Config {
  readonly dialect: Dialect;
  readonly tiktokBaseUrl: string;
  readonly clientKey: string;
  readonly clientSecrets: SecretSources;
  readonly keyName: string;
  readonly previousKeyNames: readonly string[];
  readonly kms: KmsSettings;
  readonly dataKeys: DataKeySettings;
  readonly tiktokCallMs: number;
  readonly consentExpiryNoticeMs: number;
  readonly rewrapInBackground: boolean;
  readonly rewrapCallsPerSecond: number;
  readonly auditRetentionMs: number;
}

const DAY_MS = 86_400_000;
const KMS_ATTEMPTS = 2;
const KMS_UNAVAILABLE_REST_MS = 500;
const KMS_REFUSED_REST_MS = 5_000;

/** @throws ConfigurationFault naming every fault at once, never a value */
export const loadConfig = (environment: Environment): Config => {
  const settings = readSettings(environment);
  const given = [settings.TIKTOK_CLIENT_SECRET, settings.TIKTOK_CLIENT_SECRET_PREVIOUS].filter(
    (value) => value !== undefined,
  );
  const path = settings.TIKTOK_CLIENT_SECRET_FILE;
  return Object.freeze({
    dialect: settings.TIKTOK_API_DIALECT,
    tiktokBaseUrl: displayBaseUrl(settings),
    clientKey: settings.TIKTOK_CLIENT_KEY,
    clientSecrets: {
      given,
      ...(path === undefined ? {} : { file: { setting: 'TIKTOK_CLIENT_SECRET_FILE', path } }),
    },
    keyName: settings.TIKTOK_TOKEN_ENC_KEY_ID,
    previousKeyNames: settings.TIKTOK_TOKEN_ENC_PREVIOUS_KEY_IDS,
    kms: {
      region: settings.AWS_REGION,
      endpoint: settings.AWS_ENDPOINT_URL_KMS,
      timeoutMs: settings.VAULT_KMS_TIMEOUT_MS,
      attempts: KMS_ATTEMPTS,
    },
    dataKeys: {
      maxEntries: settings.VAULT_DATA_KEY_CACHE_ENTRIES,
      freshMs: settings.VAULT_DATA_KEY_CACHE_SECONDS * 1000,
      outageMs: settings.VAULT_KMS_OUTAGE_SECONDS * 1000,
      unavailableMs: KMS_UNAVAILABLE_REST_MS,
      refusedMs: KMS_REFUSED_REST_MS,
    },
    tiktokCallMs: settings.VAULT_TIKTOK_TIMEOUT_MS,
    consentExpiryNoticeMs: settings.VAULT_CONSENT_EXPIRY_NOTICE_DAYS * DAY_MS,
    rewrapInBackground: settings.VAULT_REWRAP_IN_BACKGROUND,
    rewrapCallsPerSecond: settings.VAULT_REWRAP_KMS_CALLS_PER_SECOND,
    auditRetentionMs: settings.VAULT_AUDIT_RETENTION_DAYS * DAY_MS,
  });
};
