import { givenRedirectOf, publicOriginOf } from '@trendpot/config';
import type { ServiceName } from '@trendpot/contracts';
import type { Backing } from './backing.ts';
import type { TikTokSettings } from './tiktok-settings.ts';

export interface EnvironmentInputs {
  readonly backing: Backing;
  readonly tiktok: TikTokSettings;
  readonly gatewayPort: number;
  /** What the person set themselves: passed on to every service. */
  readonly given: NodeJS.ProcessEnv;
}

const PASSED_ON = /^(TIKTOK_|TRENDPOT_|VAULT_|EMBED_|AWS_|OTEL_|LOG_LEVEL$|PUBLIC_ORIGIN$|NATS_STREAM_REPLICAS$)/;
/** Held by token-vault alone, and as the webhook secret by auth-gateway. */
const SECRETS = /SECRET|^AWS_|OPERATOR_TOKEN/;

const passedOn = (given: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(given).filter(([name]) => PASSED_ON.test(name) && !SECRETS.test(name)));

/** The fake has a secret of its own: one of the real TikTok, or the file with it, has no business there. */
const secretsOf = (service: ServiceName, { given, tiktok }: EnvironmentInputs): NodeJS.ProcessEnv => {
  const wanted = {
    'token-vault': tiktok.fakeUrl === undefined ? /^AWS_|^TIKTOK_CLIENT_SECRET/ : /^AWS_/,
    'auth-gateway': /^TIKTOK_WEBHOOK_SECRET|OPERATOR_TOKEN/,
  };
  const pattern = service === 'token-vault' || service === 'auth-gateway' ? wanted[service] : undefined;
  return Object.fromEntries(Object.entries(given).filter(([name]) => pattern?.test(name) === true));
};

const fakeAddresses = ({ tiktok }: EnvironmentInputs): NodeJS.ProcessEnv =>
  tiktok.fakeUrl === undefined
    ? {}
    : {
        TIKTOK_DISPLAY_API_BASE_URL: tiktok.fakeUrl,
        TIKTOK_AUTHORIZE_URL: `${tiktok.fakeUrl}/v2/auth/authorize/`,
      };

/** The fake knows of no registration: it sends creators back to the pages, whatever is registered at the real TikTok. */
const fakeRedirect = ({ tiktok }: EnvironmentInputs): NodeJS.ProcessEnv =>
  tiktok.fakeUrl === undefined ? {} : { TIKTOK_DISPLAY_OAUTH_REDIRECT: '', TIKTOK_REDIRECT_URI: '' };

const said = (text: string | undefined): string | undefined => text?.trim() || undefined;

/**
 * Where browsers find the pages: on this machine, unless the real TikTok sends them back to a place that was registered
 * there. A cookie from any other would be missing on their return.
 */
export const localOriginOf = ({ tiktok, gatewayPort, given }: Omit<EnvironmentInputs, 'backing'>): string => {
  const registered = givenRedirectOf({
    TIKTOK_DISPLAY_OAUTH_REDIRECT: said(given['TIKTOK_DISPLAY_OAUTH_REDIRECT']),
    TIKTOK_REDIRECT_URI: said(given['TIKTOK_REDIRECT_URI']),
  });
  const counts = tiktok.fakeUrl === undefined && registered !== undefined && URL.canParse(registered);
  return publicOriginOf(
    said(given['PUBLIC_ORIGIN']),
    counts ? registered : undefined,
    `http://127.0.0.1:${gatewayPort}`,
  );
};

/** The fake serves its pictures itself; they are shown because these two settings say so. */
const pictureHost = (service: ServiceName, { tiktok }: EnvironmentInputs): NodeJS.ProcessEnv => {
  if (tiktok.fakeUrl === undefined) return {};
  switch (service) {
    case 'embed-sanitizer':
      return { EMBED_EXTRA_THUMBNAIL_HOSTS: new URL(tiktok.fakeUrl).host };
    case 'auth-gateway':
      return { TRENDPOT_IMAGE_SOURCES: tiktok.fakeUrl };
    case 'token-vault':
    case 'ingestion':
    case 'metrics-refresher':
      return {};
  }
};

const own = (service: ServiceName, inputs: EnvironmentInputs): NodeJS.ProcessEnv => {
  const { backing, tiktok } = inputs;
  switch (service) {
    case 'auth-gateway':
      return {
        PUBLIC_ORIGIN: localOriginOf(inputs),
        // TikTok signs webhooks with the client secret.
        TIKTOK_WEBHOOK_SECRET: tiktok.clientSecret,
      };
    case 'token-vault':
      return {
        TIKTOK_CLIENT_SECRET: tiktok.clientSecret,
        TIKTOK_TOKEN_ENC_KEY_ID: backing.keyId,
        AWS_REGION: 'us-east-1',
        ...(backing.kmsEndpoint === undefined
          ? {}
          : {
              AWS_ENDPOINT_URL_KMS: backing.kmsEndpoint,
              AWS_ACCESS_KEY_ID: 'local',
              AWS_SECRET_ACCESS_KEY: 'local',
            }),
      };
    case 'ingestion':
    case 'metrics-refresher':
    case 'embed-sanitizer':
      return {};
  }
};

/** The whole environment of one service: no more than it needs, secrets least of all. */
export const serviceEnvironment = (service: ServiceName, inputs: EnvironmentInputs): NodeJS.ProcessEnv => ({
  NODE_ENV: 'production',
  LOG_LEVEL: 'info',
  NATS_URL: inputs.backing.natsUrl,
  NATS_CREDENTIALS_FILE: inputs.backing.users.credentialsFileOf(service),
  ...(service === 'embed-sanitizer' ? {} : { MONGODB_URI: inputs.backing.mongoUri }),
  TIKTOK_API_DIALECT: inputs.tiktok.dialect,
  TIKTOK_CLIENT_KEY: inputs.tiktok.clientKey,
  ...fakeAddresses(inputs),
  ...own(service, inputs),
  ...pictureHost(service, inputs),
  ...passedOn(inputs.given),
  ...fakeRedirect(inputs),
  ...secretsOf(service, inputs),
});
