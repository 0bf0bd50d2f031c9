import { ensureTopology, type Messaging, type TopologySettings } from '@trendpot/messaging';
import { CEILINGS } from './ceilings.ts';
import type { PlatformNats } from './platform-nats.ts';

/** Those who own streams. */
export interface Owners {
  readonly ingestion: Messaging;
  readonly refresher: Messaging;
  readonly gateway: Messaging;
}

/** The owners, each with its streams and consumers in place. */
export const connectOwners = async (
  nats: Pick<PlatformNats, 'connect'>,
  settings: TopologySettings = {},
): Promise<Owners> => {
  const [ingestion, refresher, gateway] = await Promise.all([
    nats.connect('ingestion'),
    nats.connect('metrics-refresher'),
    nats.connect('auth-gateway'),
  ]);
  const complete = { ceilings: CEILINGS, ...settings };
  await Promise.all([
    ensureTopology(ingestion, 'ingestion', complete),
    ensureTopology(refresher, 'metrics-refresher', complete),
    ensureTopology(gateway, 'auth-gateway', complete),
  ]);
  return { ingestion, refresher, gateway };
};
