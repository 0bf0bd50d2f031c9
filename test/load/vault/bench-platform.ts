import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsUser } from '@trendpot/contracts';
import { DEFAULT_CLIENT } from '@trendpot/fake-tiktok';
import { findFreePort, serviceMain, startNatsServer } from '@trendpot/local-platform';
import { connectMessaging, createUserKeys, inboxPrefixOf, natsServerConfig, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { startVaultLab, type VaultLab } from '../../../services/token-vault/test/vault-lab.ts';
import { startChild, type Child } from './child.ts';

/** A nats-server with the real rights, the lab's database and KMS, and vaults as processes of their own. */
export interface BenchPlatform extends AsyncDisposable {
  readonly lab: VaultLab;
  readonly ingestion: Messaging;
  startVault(): Promise<Child>;
  startBare(subject: string, token: Buffer): Promise<Child>;
}

export const startBenchPlatform = async (): Promise<BenchPlatform> => {
  const stack = new AsyncDisposableStack();
  const lab = stack.use(await startVaultLab());
  const folder = await mkdtemp(join(tmpdir(), 'trendpot-bench-vault-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const keys = createUserKeys();
  const publicKeys = Object.fromEntries(Object.entries(keys).map(([user, { publicKey }]) => [user, publicKey]));
  const config = natsServerConfig({
    publicKeys: publicKeys as Record<NatsUser, string>,
    host: '127.0.0.1',
    port: 4222,
    storeDir: folder,
  });
  const nats = await startNatsServer({ config });
  stack.defer(() => nats.stop());
  const seedFile = async (user: NatsUser): Promise<string> => {
    const file = join(folder, `${user}.seed`);
    await writeFile(file, keys[user].seed, { mode: 0o600 });
    return file;
  };
  const vaultSeed = await seedFile('token-vault');
  const connectAs = async (user: NatsUser): Promise<Messaging> => {
    const messaging = await connectMessaging({ url: nats.url, user, seed: secret(keys[user].seed) });
    stack.defer(() => messaging.close());
    return messaging;
  };
  const gateway = await connectAs('auth-gateway');
  await gateway.manager.streams.add({ name: 'TIKTOK_AUDIT', subjects: ['tiktok.audit.>'], deny_delete: true });
  const mongoUri = lab.mongoUri;

  return {
    lab,
    ingestion: await connectAs('ingestion'),
    startVault: async () => {
      const port = await findFreePort();
      const environment = {
        PORT: String(port),
        NATS_URL: nats.url,
        NATS_CREDENTIALS_FILE: vaultSeed,
        MONGODB_URI: mongoUri,
        AWS_ENDPOINT_URL_KMS: lab.kms.endpoint,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        TIKTOK_TOKEN_ENC_KEY_ID: lab.kmsKeyId,
        TIKTOK_CLIENT_KEY: DEFAULT_CLIENT.key,
        TIKTOK_CLIENT_SECRET: DEFAULT_CLIENT.secrets[0],
        TIKTOK_DISPLAY_API_BASE_URL: lab.tiktok.url,
        VAULT_KMS_TIMEOUT_MS: '20000',
        VAULT_DATA_KEY_CACHE_SECONDS: '86400',
      };
      const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
      return startChild([serviceMain('token-vault')], environment, join(folder, `vault-${port}.log`), isReady);
    },
    startBare: async (subject, token) => {
      const key = randomBytes(32);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const blob = Buffer.concat([nonce, cipher.update(token), cipher.final(), cipher.getAuthTag()]);
      const log = join(folder, 'bare.log');
      const script = new URL('./bare-responder.ts', import.meta.url).pathname;
      const inbox = inboxPrefixOf('token-vault');
      const given = [nats.url, vaultSeed, subject, blob.toString('hex'), key.toString('hex'), inbox];
      const isReady = async (): Promise<boolean> => (await readFile(log, 'utf8')).includes('ready');
      return startChild(['--conditions=@trendpot/source', script, ...given], {}, log, isReady);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
