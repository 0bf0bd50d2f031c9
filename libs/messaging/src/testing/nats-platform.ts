import { startNatsServer, type NatsServer } from '@trendpot/local-platform';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { secret } from '@trendpot/secrets';
import { connectMessaging } from '../connect.ts';
import type { Messaging } from '../messaging.ts';
import { natsServerConfig } from '../server-config/nats-server-config.ts';
import { createUserKeys, type UserKey } from '../server-config/user-keys.ts';
import { ensureTopology } from '../topology/ensure-topology.ts';
import type { CeilingSettings, TopologySettings } from '../topology/settings.ts';

/** A real server with the platform's accounts and permissions, and its users. */
export interface NatsPlatform {
  readonly server: NatsServer;
  readonly keys: Record<NatsUser, UserKey>;
  connect(user: NatsUser): Promise<Messaging>;
  stop(): Promise<void>;
}

export const CEILINGS: CeilingSettings = { perMinute: 100, backgroundPerMinute: 90, perDay: 5_000, concurrent: 5 };

export const startNatsPlatform = async (extra?: string): Promise<NatsPlatform> => {
  const keys = createUserKeys();
  const publicKeys = Object.fromEntries(NATS_USERS.map((user) => [user, keys[user].publicKey])) as Record<
    NatsUser,
    string
  >;
  const config = natsServerConfig({
    publicKeys,
    host: '127.0.0.1',
    port: 4222,
    storeDir: 'replaced',
    ...(extra === undefined ? {} : { extra }),
  });
  const server = await startNatsServer({ config });
  const opened: Messaging[] = [];
  return {
    server,
    keys,
    connect: async (user) => {
      const messaging = await connectMessaging({ url: server.url, user, seed: secret(keys[user].seed) });
      opened.push(messaging);
      return messaging;
    },
    stop: async () => {
      await Promise.all(opened.map(({ connection }) => connection.close()));
      await server.stop();
    },
  };
};

/** The three owners with their streams and consumers in place. */
export const connectOwners = async (
  platform: NatsPlatform,
  settings: TopologySettings = {},
): Promise<{ ingestion: Messaging; refresher: Messaging; gateway: Messaging }> => {
  const [ingestion, refresher, gateway] = await Promise.all([
    platform.connect('ingestion'),
    platform.connect('metrics-refresher'),
    platform.connect('auth-gateway'),
  ]);
  const complete = { ceilings: CEILINGS, ...settings };
  await Promise.all([
    ensureTopology(ingestion, 'ingestion', complete),
    ensureTopology(refresher, 'metrics-refresher', complete),
    ensureTopology(gateway, 'auth-gateway', complete),
  ]);
  return { ingestion, refresher, gateway };
};
