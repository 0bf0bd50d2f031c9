import {
  defineConfig,
  givenRedirectOf,
  httpAddress,
  integer,
  secretText,
  words,
  type Environment,
  type SecretSources,
} from '@trendpot/config';
import { DEFAULT_SCOPES, Dialect, unknownScopes } from '@trendpot/contracts';
import type { TopologySettings } from '@trendpot/messaging';
import type { Secret } from '@trendpot/secrets';
import { z } from 'zod';
import { isLoopback, originOf } from './addresses.ts';

const DAY_MS = 86_400_000;
const CALLBACK_PATH = '/auth/tiktok/callback';
const WEBHOOK_SECRET_LENGTH = 8;

const originAddress = httpAddress.refine(
  (address) => new URL(address).origin === address,
  'must be scheme, host and port only',
);

/** Sources of a content security policy: https addresses, or http ones on this machine. */
const sources = words.refine(
  (list) =>
    list.every((source) => /^https:\/\/(\*\.)?[\w.-]+(:\d+)?$|^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(source)),
  'must be https origins',
);

/** Each variable has a row in docs/configuration.md. */
export const readSettings = defineConfig(
  z.object({
    PORT: integer(0, 65_535).default(8080),
    /** Where browsers find this service. Default: the origin of the redirect address, else http://localhost:PORT. */
    PUBLIC_ORIGIN: originAddress.optional(),
    TIKTOK_CLIENT_KEY: z.string().max(256),
    TIKTOK_API_DIALECT: Dialect.default('alignment'),
    TIKTOK_AUTHORIZE_URL: z.url({ protocol: /^https?$/ }).default('https://www.tiktok.com/v2/auth/authorize/'),
    /** Requested of creators; default the bundle of the dialect. */
    TIKTOK_DISPLAY_SCOPES: words
      .refine((scopes) => scopes.length > 0 && scopes.length <= 16, 'must name between one and sixteen scopes')
      .optional(),
    /** As registered at TikTok. The first that is set counts; default PUBLIC_ORIGIN + /auth/tiktok/callback. */
    TIKTOK_DISPLAY_OAUTH_REDIRECT: z
      .url({ protocol: /^https?$/ })
      .max(512)
      .optional(),
    TIKTOK_REDIRECT_URI: z
      .url({ protocol: /^https?$/ })
      .max(512)
      .optional(),
    /** `hex` sends a challenge as TikTok's desktop apps do; web apps need none. */
    TIKTOK_PKCE: z.enum(['hex', 'off']).default('off'),
    /** How long a creator may take at TikTok. */
    TIKTOK_STATE_TTL_SECONDS: integer(30, 3600).default(600),
    /** Must hold the TikTok client secret: that is what TikTok signs webhooks with. Unset, webhooks are not taken. */
    TIKTOK_WEBHOOK_SECRET: secretText(WEBHOOK_SECRET_LENGTH).optional(),
    /** The secret before a rotation, accepted beside the current one. */
    TIKTOK_WEBHOOK_SECRET_PREVIOUS: secretText(WEBHOOK_SECRET_LENGTH).optional(),
    /** Both, in a file that is looked at while running; replaces the two. */
    TIKTOK_WEBHOOK_SECRET_FILE: z.string().optional(),
    TIKTOK_WEBHOOK_TOLERANCE_SECONDS: integer(1, 259_200).default(300),
    /** For the price of a resync; ingestion's own setting. */
    TIKTOK_INGESTION_PAGE_SIZE: integer(2, 20).default(20),
    /** A browser is signed out after this long without a visit. */
    TRENDPOT_SESSION_TTL_SECONDS: integer(60, 2_592_000).default(86_400),
    /** Bearer token of the operator API; unset, there is no operator API. */
    TRENDPOT_OPERATOR_TOKEN: secretText(32).optional(),
    /** Requests a minute and caller, in each replica. */
    TRENDPOT_SIGN_IN_RATE_PER_MIN: integer(1, 100_000).default(60),
    TRENDPOT_API_RATE_PER_MIN: integer(1, 100_000).default(240),
    /** Proxies in front that add to X-Forwarded-For; with 0 the header is not believed. */
    TRENDPOT_TRUSTED_PROXIES: integer(0, 16).default(0),
    /** Live progress streams open at once, in each replica. */
    TRENDPOT_MAX_STREAMS: integer(1, 100_000).default(2000),
    /** How long the audit stream keeps entries; token-vault's own setting. Counts when the stream is created. */
    VAULT_AUDIT_RETENTION_DAYS: integer(1, 36_500).default(548),
    /** More places that pictures and players may come from, beside TikTok's. */
    TRENDPOT_IMAGE_SOURCES: sources.optional(),
    TRENDPOT_FRAME_SOURCES: sources.optional(),
  }),
  [
    {
      about: ['PORT', 'PUBLIC_ORIGIN', 'TIKTOK_DISPLAY_OAUTH_REDIRECT', 'TIKTOK_REDIRECT_URI'],
      fault: (settings) => {
        const origin = originOf(settings);
        return origin.startsWith('https:') || isLoopback(origin)
          ? undefined
          : 'PUBLIC_ORIGIN must be https, except on this machine: cookies would travel in the clear';
      },
    },
    {
      about: ['TIKTOK_API_DIALECT', 'TIKTOK_DISPLAY_SCOPES'],
      fault: ({ TIKTOK_API_DIALECT: dialect, TIKTOK_DISPLAY_SCOPES: scopes = [] }) =>
        unknownScopes(dialect, scopes).length === 0
          ? undefined
          : 'TIKTOK_DISPLAY_SCOPES names a scope that TikTok does not have in this dialect',
    },
  ],
);

export interface Config {
  readonly publicOrigin: string;
  readonly clientKey: string;
  readonly authorizeUrl: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly pkce: boolean;
  readonly stateTtlMs: number;
  readonly webhooks: { readonly secrets: SecretSources; readonly toleranceSeconds: number };
  readonly ingestionPageSize: number;
  readonly sessionTtlMs: number;
  readonly operatorToken: Secret | undefined;
  readonly rates: { readonly signInPerMinute: number; readonly apiPerMinute: number };
  readonly trustedProxies: number;
  readonly maximumStreams: number;
  readonly auditRetentionMs: number;
  readonly imageSources: readonly string[];
  readonly frameSources: readonly string[];
}

const webhookSecretsOf = (settings: ReturnType<typeof readSettings>): SecretSources => {
  const given = [settings.TIKTOK_WEBHOOK_SECRET, settings.TIKTOK_WEBHOOK_SECRET_PREVIOUS];
  const path = settings.TIKTOK_WEBHOOK_SECRET_FILE;
  const file = { setting: 'TIKTOK_WEBHOOK_SECRET_FILE', minimumLength: WEBHOOK_SECRET_LENGTH };
  return {
    given: given.filter((one) => one !== undefined),
    ...(path === undefined ? {} : { file: { ...file, path } }),
  };
};

/** @throws ConfigurationFault that names every faulty variable. */
export const loadConfig = (environment: Environment): Config => {
  const settings = readSettings(environment);
  const publicOrigin = originOf(settings);
  return {
    publicOrigin,
    clientKey: settings.TIKTOK_CLIENT_KEY,
    authorizeUrl: settings.TIKTOK_AUTHORIZE_URL,
    scopes: settings.TIKTOK_DISPLAY_SCOPES ?? DEFAULT_SCOPES[settings.TIKTOK_API_DIALECT],
    redirectUri: givenRedirectOf(settings) ?? `${publicOrigin}${CALLBACK_PATH}`,
    pkce: settings.TIKTOK_PKCE === 'hex',
    stateTtlMs: settings.TIKTOK_STATE_TTL_SECONDS * 1000,
    webhooks: {
      secrets: webhookSecretsOf(settings),
      toleranceSeconds: settings.TIKTOK_WEBHOOK_TOLERANCE_SECONDS,
    },
    ingestionPageSize: settings.TIKTOK_INGESTION_PAGE_SIZE,
    sessionTtlMs: settings.TRENDPOT_SESSION_TTL_SECONDS * 1000,
    operatorToken: settings.TRENDPOT_OPERATOR_TOKEN,
    rates: {
      signInPerMinute: settings.TRENDPOT_SIGN_IN_RATE_PER_MIN,
      apiPerMinute: settings.TRENDPOT_API_RATE_PER_MIN,
    },
    trustedProxies: settings.TRENDPOT_TRUSTED_PROXIES,
    maximumStreams: settings.TRENDPOT_MAX_STREAMS,
    auditRetentionMs: settings.VAULT_AUDIT_RETENTION_DAYS * DAY_MS,
    imageSources: settings.TRENDPOT_IMAGE_SOURCES ?? [],
    frameSources: settings.TRENDPOT_FRAME_SOURCES ?? [],
  };
};

/** The gateway owns the audit stream and no consumer. */
export const topologyOf = ({ auditRetentionMs }: Config): TopologySettings => ({ auditMaxAgeMs: auditRetentionMs });
