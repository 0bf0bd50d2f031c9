import type { NatsUser } from '@trendpot/contracts';
import { startFakeTikTok, type Knobs } from '@trendpot/fake-tiktok';
import { fakeTikTokControl, type FakeTikTokControl, type Mongod, type NatsServer } from '@trendpot/local-platform';
import type { Messaging } from '@trendpot/messaging';
import { connectMongo, migrate, type Database } from '@trendpot/persistence';
import { startBackingStores, WIDE_OPEN } from '@trendpot/testing';

const DATABASE = 'pipeline';

export interface Backing extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly mongod: Mongod;
  readonly mongoUri: string;
  readonly database: Database;
  readonly tiktok: FakeTikTokControl;
  connect(user: NatsUser): Promise<Messaging>;
  /** What a service or worker of this user finds in its environment. */
  environmentOf(user: NatsUser): Record<string, string>;
}

/** A real nats-server with the platform's accounts and permissions, a real mongod, and a TikTok that asks for no patience. */
export const startBacking = async (knobs: Partial<Knobs> = {}): Promise<Backing> => {
  await using stack = new AsyncDisposableStack();
  const [stores, fake] = await Promise.all([
    startBackingStores(),
    startFakeTikTok({ knobs: { perMinute: 0, ...knobs } }),
  ]);
  stack.use(stores);
  stack.defer(() => fake.close());
  const mongoUri = stores.mongoUriOf(DATABASE);
  const database = await connectMongo({ uri: mongoUri, applicationName: DATABASE });
  stack.defer(() => database.close());
  await migrate(database);
  const open = stack.move();
  return {
    nats: stores.nats.server,
    mongod: stores.mongod,
    mongoUri,
    database,
    tiktok: fakeTikTokControl(fake.url),
    connect: (user) => stores.nats.connect(user),
    environmentOf: (user) => ({
      ...stores.environmentOf(user, DATABASE),
      LOG_LEVEL: process.env['PIPELINE_LOG'] ?? 'silent',
      TIKTOK_DISPLAY_API_BASE_URL: fake.url,
      ...WIDE_OPEN,
    }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
};
