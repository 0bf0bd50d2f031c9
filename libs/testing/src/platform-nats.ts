import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { startNatsServer, type NatsServer } from '@trendpot/local-platform';
import { connectMessaging, createUserKeys, natsServerConfig, type Messaging, type UserKey } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';

/** A real nats-server with the platform's accounts and the rights from `flows.ts`, and its users. */
export interface PlatformNats extends AsyncDisposable {
  readonly server: NatsServer;
  readonly url: string;
  readonly keys: Readonly<Record<NatsUser, UserKey>>;
  /** A connection with the rights of this user, closed when the server stops. */
  connect(user: NatsUser): Promise<Messaging>;
  stop(): Promise<void>;
}

export const startPlatformNats = async (): Promise<PlatformNats> => {
  const keys = createUserKeys();
  const publicKeys = Object.fromEntries(NATS_USERS.map((user) => [user, keys[user].publicKey])) as Record<
    NatsUser,
    string
  >;
  const server = await startNatsServer({
    config: natsServerConfig({ publicKeys, host: '127.0.0.1', port: 4222, storeDir: 'replaced' }),
  });
  const opened: Messaging[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map(({ connection }) => connection.close()));
    await server.stop();
  };
  return {
    server,
    url: server.url,
    keys,
    connect: async (user) => {
      const messaging = await connectMessaging({ url: server.url, user, seed: secret(keys[user].seed) });
      opened.push(messaging);
      return messaging;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
