import { STREAM } from '@trendpot/contracts';
import { ensureTopology } from '@trendpot/messaging';
import { startPlatformNats } from '@trendpot/testing';
import type { BackingServer } from './backing-server.ts';
import { MARGIN_MS, type Ceilings } from './settings.ts';

/** Longer than a call of the benchmark may take (2 s). */
const LEASE_MS = 3_000;

/** A nats-server with the platform's own users and rights, and the owner of the permit streams. */
export const startNatsBacking = async (initial: Ceilings): Promise<BackingServer> => {
  const { server, url, users, connect, stop } = await startPlatformNats();
  const owner = await connect('ingestion');
  const setCeilings = async (ceilings: Ceilings): Promise<void> => {
    await ensureTopology(owner, 'ingestion', {
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
  };
  await setCeilings(initial);
  return {
    backingFor: (index) => {
      const user = index % 2 === 0 ? 'ingestion' : 'metrics-refresher';
      return { kind: 'nats', url, user, seed: users.seedOf(user) };
    },
    setCeilings,
    give: async () => {},
    crash: async () => {
      await server.kill();
      await server.restart();
    },
    dayPermitsTaken: async () => (await owner.manager.streams.info(STREAM.permitsDay)).state.messages,
    stop,
  };
};
