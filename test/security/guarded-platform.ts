import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { SERVICES, type ServiceName } from '@trendpot/contracts';
import { PROCESS_FIRST, startKms } from '@trendpot/local-platform';
import { startTestPlatform, type TestPlatform } from '@trendpot/testing';
import { KnownSecrets } from './known-secrets.ts';
import { startRecordingProxy, type RecordingProxy, type SeenCall } from './recording-proxy.ts';

/** A whole platform, every secret of which is known to the test. */
export interface GuardedPlatform {
  readonly test: TestPlatform;
  readonly secrets: KnownSecrets;
  /** Before KMS: faults are played here. */
  readonly kms: RecordingProxy;
  readonly logFolder: string;
  readonly webhookSecret: string;
  readonly operatorToken: string;
  /** What a command of the vault needs beside database and keys. */
  readonly vaultEnvironment: NodeJS.ProcessEnv;
  /** The key that tokens are sealed under from the start. */
  readonly keyId: string;
  createKey(): Promise<string>;
  stop(): Promise<void>;
}

/** The fake's own client. */
const CLIENT_KEY = 'awfake0000000000';
const canary = (name: string): string => `${name}-${randomBytes(24).toString('hex')}`;

const readDataKeys =
  (secrets: KnownSecrets) =>
  ({ answer }: SeenCall): void => {
    const { Plaintext } = JSON.parse(answer.toString('utf8')) as { Plaintext?: string };
    if (Plaintext !== undefined) secrets.addDataKey(Buffer.from(Plaintext, 'base64'));
  };

const TOKENS = { access_token: 'access token', refresh_token: 'refresh token' } as const;

/** What crosses the wire to TikTok's token endpoint: codes one way, tokens the other, well-formed or not. */
const readTokens =
  (secrets: KnownSecrets) =>
  ({ request, answer }: SeenCall): void => {
    const code = new URLSearchParams(request.toString('utf8')).get('code');
    if (code !== null) secrets.add('authorization code', code);
    for (const [field, name] of Object.entries(TOKENS)) {
      const token = new RegExp(`"${field}":"([^"]{16,})`).exec(answer.toString('utf8'))?.[1];
      if (token !== undefined) secrets.add(name, token);
    }
  };

export const startGuardedPlatform = async (
  settings: Partial<Record<ServiceName, NodeJS.ProcessEnv>> = {},
): Promise<GuardedPlatform> => {
  const secrets = new KnownSecrets();
  const clientSecret = canary('client');
  const webhookSecret = canary('webhook');
  const operatorToken = canary('operator');
  const awsSecret = canary('aws');
  secrets.add('client secret', clientSecret);
  secrets.add('webhook secret', webhookSecret);
  secrets.add('operator token', operatorToken);
  secrets.add('AWS secret key', awsSecret);

  const logFolder = await mkdtemp(join(tmpdir(), 'trendpot-canaries-'));
  const key = await startKms({ order: PROCESS_FIRST });
  const kms = await startRecordingProxy(readDataKeys(secrets));
  kms.passTo(key.endpoint);
  const oauth = await startRecordingProxy(readTokens(secrets));
  const stopParts = async (): Promise<void> => {
    await Promise.allSettled([kms.close(), oauth.close(), key.stop()]);
    await rm(logFolder, { recursive: true, force: true });
  };
  try {
    const test = await startTestPlatform({
      environment: {
        LOG_LEVEL: 'debug',
        TIKTOK_INGESTION_RETRY_BACKOFF_MS: '200',
        TIKTOK_METRICS_REFRESH_INTERVAL_MS: '2000',
        AWS_ENDPOINT_URL_KMS: kms.url,
        TIKTOK_TOKEN_ENC_KEY_ID: key.keyId,
      },
      settings: {
        ...settings,
        'token-vault': {
          TIKTOK_CLIENT_SECRET: clientSecret,
          TIKTOK_DISPLAY_API_BASE_URL: oauth.url,
          AWS_SECRET_ACCESS_KEY: awsSecret,
          ...settings['token-vault'],
        },
        'auth-gateway': {
          TIKTOK_WEBHOOK_SECRET: webhookSecret,
          TRENDPOT_OPERATOR_TOKEN: operatorToken,
          ...settings['auth-gateway'],
        },
      },
      logFolder,
    });
    oauth.passTo(test.tiktok.url);
    await test.tiktok.post('/clients', { key: CLIENT_KEY, secrets: [clientSecret], redirectUris: [] });
    for (const user of [...SERVICES, 'operator'] as const) {
      const seed = test.platform.natsSeedOf(user);
      if (seed !== undefined) secrets.add(`nkey seed of ${user}`, seed);
    }
    const stop = async (): Promise<void> => {
      await test.stop();
      await stopParts();
    };
    return {
      test,
      secrets,
      kms,
      logFolder,
      webhookSecret,
      operatorToken,
      vaultEnvironment: {
        AWS_ENDPOINT_URL_KMS: kms.url,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: awsSecret,
        TIKTOK_CLIENT_KEY: CLIENT_KEY,
        TIKTOK_CLIENT_SECRET: clientSecret,
      },
      keyId: key.keyId,
      createKey: async () => (await key.createKey()).keyId,
      stop,
    };
  } catch (error) {
    await stopParts();
    throw error;
  }
};
