import { spawnSync } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUBJECT, type NatsUser } from '@trendpot/contracts';
import { DEFAULT_CLIENT } from '@trendpot/fake-tiktok';
import { findFreePort, REPOSITORY, serviceMain, startNatsServer } from '@trendpot/local-platform';
import { connectMessaging, createUserKeys, natsServerConfig, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { startVaultLab, type VaultLab } from '../../../services/token-vault/test/vault-lab.ts';
import { startChild, type Child } from './child.ts';

/** One nats-server with the rights of production, and ingestion's connection to it. */
interface Line {
  readonly url: string;
  readonly ingestion: Messaging;
}

/** What answers lease requests: a vault as it ships, or a process that does nothing but open one AES-GCM box. */
export type Answerer = 'vault' | 'bare' | 'fastest';

/** One line to each side by side, so that all can be measured in turn under the same load. */
export interface BenchPlatform extends AsyncDisposable {
  readonly lab: VaultLab;
  /** Ingestion's connection to each. */
  readonly lines: Readonly<Record<Answerer, Messaging>>;
  startVault(): Promise<Child>;
}

const compileVault = (): void => {
  const compiled = spawnSync('tsc', ['-b', '--noCheck', 'services/token-vault'], { cwd: REPOSITORY, stdio: 'inherit' });
  if (compiled.status !== 0) throw new Error('token-vault does not compile');
};

export const startBenchPlatform = async (): Promise<BenchPlatform> => {
  compileVault();
  const stack = new AsyncDisposableStack();
  const lab = stack.use(await startVaultLab());
  const folder = await mkdtemp(join(tmpdir(), 'trendpot-bench-vault-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const keys = createUserKeys();
  const publicKeys = Object.fromEntries(
    Object.entries(keys).map(([user, { publicKey }]) => [user, publicKey]),
  ) as Record<NatsUser, string>;
  const vaultSeed = join(folder, 'token-vault.seed');
  await writeFile(vaultSeed, keys['token-vault'].seed, { mode: 0o600 });

  const startLine = async (): Promise<Line> => {
    const nats = await startNatsServer({
      config: natsServerConfig({ publicKeys, host: '127.0.0.1', port: 4222, storeDir: folder }),
    });
    stack.defer(() => nats.stop());
    const connectAs = async (user: NatsUser): Promise<Messaging> => {
      const messaging = await connectMessaging({ url: nats.url, user, seed: secret(keys[user].seed) });
      stack.defer(() => messaging.close());
      return messaging;
    };
    const gateway = await connectAs('auth-gateway');
    await gateway.manager.streams.add({ name: 'TIKTOK_AUDIT', subjects: ['tiktok.audit.>'], deny_delete: true });
    return { url: nats.url, ingestion: await connectAs('ingestion') };
  };
  const [vaultLine, bare, fastest] = [await startLine(), await startLine(), await startLine()];
  stack.use(await startBare(bare, 'bare', vaultSeed, folder));
  stack.use(await startBare(fastest, 'fastest', vaultSeed, folder));

  return {
    lab,
    lines: { vault: vaultLine.ingestion, bare: bare.ingestion, fastest: fastest.ingestion },
    startVault: async () => {
      const port = await findFreePort();
      const environment = {
        PORT: String(port),
        NATS_URL: vaultLine.url,
        NATS_CREDENTIALS_FILE: vaultSeed,
        MONGODB_URI: lab.mongoUri,
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
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

/** A token of the usual length under a key of its own, and the process that opens it again and again. */
const startBare = async (line: Line, how: Answerer, seedFile: string, folder: string): Promise<Child> => {
  const key = randomBytes(32);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const blob = Buffer.concat([nonce, cipher.update(randomBytes(60)), cipher.final(), cipher.getAuthTag()]);
  const log = join(folder, `${how}.log`);
  const script = new URL('./bare-responder.ts', import.meta.url).pathname;
  const given = [blob.toString('hex'), key.toString('hex'), how];
  const isReady = async (): Promise<boolean> => (await readFile(log, 'utf8')).includes('ready');
  const parameters = ['--conditions=@trendpot/source', script, line.url, seedFile, SUBJECT.vaultLease, ...given];
  return startChild(parameters, {}, log, isReady);
};
