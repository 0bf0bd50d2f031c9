import { join } from 'node:path';
import type { NatsUser } from '@trendpot/contracts';
import { freshNatsUsers, startNatsServer, type NatsServer, type NatsUsers } from '@trendpot/local-platform';
import { connectMessaging, natsServerConfig, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';

/** A real nats-server with the platform's accounts and the rights from `flows.ts`, and its users. */
export interface PlatformNats extends AsyncDisposable {
  readonly server: NatsServer;
  readonly url: string;
  readonly users: NatsUsers;
  readonly publicKeys: Readonly<Record<NatsUser, string>>;
  /** A connection with the rights of this user, closed when the server stops. */
  connect(user: NatsUser): Promise<Messaging>;
  stop(): Promise<void>;
}

export const startPlatformNats = async (): Promise<PlatformNats> => {
  const { publicKeys, writeTo } = freshNatsUsers();
  const server = await startNatsServer({
    config: natsServerConfig({ publicKeys, host: '127.0.0.1', port: 4222, storeDir: 'replaced' }),
  });
  const users = await writeTo(join(server.folder, 'users'));
  const opened: Messaging[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map(({ connection }) => connection.close()));
    await server.stop();
  };
  return {
    server,
    url: server.url,
    users,
    publicKeys,
    connect: async (user) => {
      const messaging = await connectMessaging({ url: server.url, user, seed: secret(users.seedOf(user)) });
      opened.push(messaging);
      return messaging;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
