import type { NatsUser } from '@trendpot/contracts';
import { startMongod, type Mongod } from '@trendpot/local-platform';
import { startPlatformNats, type PlatformNats } from './platform-nats.ts';

/** What a service needs around it: a nats-server with the platform's rights, and a mongod. */
export interface BackingStores extends AsyncDisposable {
  readonly nats: PlatformNats;
  readonly mongod: Mongod;
  mongoUriOf(database: string): string;
  /** What a service of this name finds in its environment. */
  environmentOf(user: NatsUser, database: string): Record<string, string>;
  stop(): Promise<void>;
}

export const startBackingStores = async (): Promise<BackingStores> => {
  const [nats, mongod] = await Promise.all([startPlatformNats(), startMongod()]);
  const mongoUriOf = (database: string): string => mongod.uri.replace('/?', `/${database}?`);
  const stop = async (): Promise<void> => {
    await Promise.all([nats.stop(), mongod.stop()]);
  };
  return {
    nats,
    mongod,
    mongoUriOf,
    environmentOf: (user, database) => ({
      PORT: '0',
      LOG_LEVEL: 'silent',
      NATS_URL: nats.url,
      NATS_CREDENTIALS_FILE: nats.users.credentialsFileOf(user),
      MONGODB_URI: mongoUriOf(database),
    }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
