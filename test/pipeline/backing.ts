import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { startFakeTikTok, type Knobs } from '@trendpot/fake-tiktok';
import {
  fakeTikTokControl,
  startMongod,
  startNatsServer,
  type FakeTikTokControl,
  type Mongod,
  type NatsServer,
} from '@trendpot/local-platform';
import { connectMessaging, createUserKeys, natsServerConfig, type Messaging } from '@trendpot/messaging';
import { connectMongo, migrate, type Database } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';

export interface Backing extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly mongod: Mongod;
  readonly mongoUri: string;
  readonly database: Database;
  readonly tiktok: FakeTikTokControl;
  connect(user: NatsUser): Promise<Messaging>;
  /** What a service or worker of this user finds in its environment. */
  environmentOf(user: NatsUser): Promise<Record<string, string>>;
}

/** Ceilings far above what a test needs; tests of the ceilings set their own. */
const WIDE_OPEN = {
  TIKTOK_RATE_LIMIT_PER_MIN: '100000',
  TIKTOK_INGESTION_RATE_LIMIT_PER_MIN: '90000',
  TIKTOK_RATE_LIMIT_PER_DAY: '10000000',
};

/** A real nats-server with the platform's accounts and permissions, a real mongod, and a TikTok that asks for no patience. */
export const startBacking = async (knobs: Partial<Knobs> = {}): Promise<Backing> => {
  const stack = new AsyncDisposableStack();
  const keys = createUserKeys();
  const entries = NATS_USERS.map((user) => [user, keys[user].publicKey]);
  const publicKeys = Object.fromEntries(entries) as Record<NatsUser, string>;
  const config = natsServerConfig({ publicKeys, host: '127.0.0.1', port: 4222, storeDir: 'replaced' });
  const directory = await mkdtemp(join(tmpdir(), 'pipeline-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const [nats, mongod, fake] = await Promise.all([
    startNatsServer({ config }),
    startMongod(),
    startFakeTikTok({ knobs: { perMinute: 0, ...knobs } }),
  ]);
  stack.defer(() => nats.stop());
  stack.defer(() => mongod.stop());
  stack.defer(() => fake.close());
  const mongoUri = mongod.uri.replace('/?', '/pipeline?');
  const database = await connectMongo({ uri: mongoUri, applicationName: 'pipeline' });
  stack.defer(() => database.close());
  await migrate(database);

  const connect = async (user: NatsUser): Promise<Messaging> => {
    const messaging = await connectMessaging({ url: nats.url, user, seed: secret(keys[user].seed) });
    stack.defer(() => messaging.connection.close());
    return messaging;
  };
  const environmentOf = async (user: NatsUser): Promise<Record<string, string>> => {
    const file = join(directory, `${user}.nk`);
    await writeFile(file, `${keys[user].seed}\n`, { mode: 0o600 });
    return {
      PORT: '0',
      LOG_LEVEL: process.env['PIPELINE_LOG'] ?? 'silent',
      NATS_URL: nats.url,
      NATS_CREDENTIALS_FILE: file,
      MONGODB_URI: mongoUri,
      TIKTOK_DISPLAY_API_BASE_URL: fake.url,
      ...WIDE_OPEN,
    };
  };
  return {
    nats,
    mongod,
    mongoUri,
    database,
    tiktok: fakeTikTokControl(fake.url),
    connect,
    environmentOf,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
