import { DEFAULT_CLIENT } from '@trendpot/fake-tiktok';
import { runService, type RunningService } from '@trendpot/nest-kit';
import type { PlatformNats } from '@trendpot/testing';
import { AppModule } from '../src/app.module.ts';
import { loadConfig } from '../src/config.ts';
import { finishWithinMs } from '../src/vault-times.ts';
import type { VaultLab } from './vault-lab.ts';

/** The whole service in this process, on the servers of a lab; settings beyond those come from the test. */
export const runVaultService = (
  lab: VaultLab,
  nats: PlatformNats,
  settings: Record<string, string>,
): Promise<RunningService> =>
  runService(
    { name: 'token-vault', loadConfig, module: AppModule, topology: () => ({}), usesMongo: true, finishWithinMs },
    {
      PORT: '0',
      LOG_LEVEL: 'silent',
      NATS_URL: nats.url,
      NATS_CREDENTIALS_FILE: nats.users.credentialsFileOf('token-vault'),
      MONGODB_URI: lab.mongoUri,
      AWS_ENDPOINT_URL_KMS: lab.kms.endpoint,
      TIKTOK_DISPLAY_API_BASE_URL: lab.tiktok.url,
      TIKTOK_CLIENT_KEY: DEFAULT_CLIENT.key,
      VAULT_KMS_TIMEOUT_MS: '20000',
      ...settings,
    },
  );
