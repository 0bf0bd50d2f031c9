import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { startMongod, startNatsServer } from '@trendpot/local-platform';
import { connectMessaging, createUserKeys, natsServerConfig, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';

/** A real nats-server with the platform's accounts and permissions, and a real mongod. */
export const startBackingStores = async () => {
  const keys = createUserKeys();
  const publicKeys = Object.fromEntries(NATS_USERS.map((user) => [user, keys[user].publicKey])) as Record<
    NatsUser,
    string
  >;
  const config = natsServerConfig({ publicKeys, host: '127.0.0.1', port: 4222, storeDir: 'replaced' });
  const [nats, mongod, directory] = await Promise.all([
    startNatsServer({ config }),
    startMongod(),
    mkdtemp(join(tmpdir(), 'nest-kit-')),
  ]);
  const opened: Messaging[] = [];
  const seedFile = async (user: NatsUser): Promise<string> => {
    const file = join(directory, `${user}.nk`);
    await writeFile(file, `${keys[user].seed}\n`);
    return file;
  };
  return {
    nats,
    mongod,
    connect: async (user: NatsUser): Promise<Messaging> => {
      const messaging = await connectMessaging({ url: nats.url, user, seed: secret(keys[user].seed) });
      opened.push(messaging);
      return messaging;
    },
    /** What a service of this name finds in its environment. */
    environmentOf: async (user: NatsUser, database: string) => ({
      PORT: '0',
      LOG_LEVEL: 'silent',
      NATS_URL: nats.url,
      NATS_CREDENTIALS_FILE: await seedFile(user),
      MONGODB_URI: mongod.uri.replace('/?', `/${database}?`),
    }),
    stop: async (): Promise<void> => {
      await Promise.all(opened.map(({ connection }) => connection.close()));
      await Promise.all([nats.stop(), mongod.stop(), rm(directory, { recursive: true, force: true })]);
    },
  };
};

export type BackingStores = Awaited<ReturnType<typeof startBackingStores>>;

export const CEILINGS = { perMinute: 100, backgroundPerMinute: 90, perDay: 5_000, concurrent: 5 };

export const until = async <T>(what: string, ask: () => Promise<T | undefined>, withinMs = 45_000): Promise<T> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`${what} did not come about within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
