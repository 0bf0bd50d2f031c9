import { NATS_USERS, STREAM, type NatsUser } from '@trendpot/contracts';
import { startNatsServer } from '@trendpot/local-platform';
import {
  connectMessaging,
  createUserKeys,
  ensureTopology,
  natsServerConfig,
  type Messaging,
} from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import type { BackingServer } from './backing-server.ts';
import { MARGIN_MS, type Ceilings } from './settings.ts';

/** Longer than a call of the benchmark may take (2 s). */
const LEASE_MS = 3_000;

/** A nats-server with the platform's own users and rights, and the owner of the permit streams. */
export const startNatsBacking = async (initial: Ceilings): Promise<BackingServer> => {
  const keys = createUserKeys();
  const publicKeys = Object.fromEntries(NATS_USERS.map((user) => [user, keys[user].publicKey])) as Record<
    NatsUser,
    string
  >;
  const server = await startNatsServer({
    config: natsServerConfig({ publicKeys, host: '127.0.0.1', port: 4222, storeDir: 'given by the starter' }),
  });
  const owner: Messaging = await connectMessaging({
    url: server.url,
    user: 'ingestion',
    seed: secret(keys.ingestion.seed),
  });
  const setCeilings = (ceilings: Ceilings): Promise<void> =>
    ensureTopology(owner, 'ingestion', {
      ceilings: {
        perMinute: ceilings.perWindow,
        backgroundPerMinute: ceilings.background,
        perDay: ceilings.perDay,
        concurrent: ceilings.concurrent,
        windowMs: ceilings.windowMs,
        marginMs: MARGIN_MS,
        leaseMs: LEASE_MS,
      },
    });
  await setCeilings(initial);
  return {
    backingFor: (index) => {
      const user = index % 2 === 0 ? 'ingestion' : 'metrics-refresher';
      return { kind: 'nats', url: server.url, user, seed: keys[user].seed };
    },
    setCeilings,
    give: async () => {},
    crash: async () => {
      await server.kill();
      await server.restart();
    },
    dayPermitsTaken: async () => (await owner.manager.streams.info(STREAM.permitsDay)).state.messages,
    stop: async () => {
      await owner.connection.close();
      await server.stop();
    },
  };
};
