import { STREAMS } from '@trendpot/contracts';
import { CEILINGS, connectOwners, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { deleteStoredMessage } from '../src/delete-message.ts';
import type { Messaging } from '../src/messaging.ts';
import { createPermits } from '../src/permits/create-permits.ts';
import type { Permit, Permits, PermitsOptions } from '../src/permits/permits.ts';
import { messagesOf } from '../src/stored-messages.ts';
import { ensureTopology } from '../src/topology/ensure-topology.ts';
import type { CeilingSettings } from '../src/topology/settings.ts';

/** Windows short enough for a test. */
export const SCALED: CeilingSettings = {
  perMinute: 20,
  backgroundPerMinute: 18,
  perDay: 5_000,
  concurrent: 5,
  windowMs: 2_000,
  marginMs: 300,
  leaseMs: 3_000,
};

export interface PermitsBench {
  readonly platform: PlatformNats;
  readonly ingestion: Messaging;
  /** Sets the ceilings in force, as the owner does at its start. */
  setCeilings(ceilings: Partial<CeilingSettings>): Promise<void>;
  open(messaging?: Messaging, options?: PermitsOptions): Promise<Permits>;
  /** Closes what was opened and gives back all that is taken. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export const startPermitsBench = async (ceilings: Partial<CeilingSettings> = {}): Promise<PermitsBench> => {
  const platform = await startPlatformNats();
  let settings = { ...SCALED, ...ceilings };
  const { ingestion } = await connectOwners(platform, { ceilings: settings });
  const opened: Permits[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map((permits) => permits.close()));
  };
  return {
    platform,
    ingestion,
    setCeilings: async (changed) => {
      settings = { ...settings, ...changed };
      await ensureTopology(ingestion, 'ingestion', { ceilings: settings });
    },
    open: async (messaging = ingestion, options = {}) => {
      const permits = await createPermits(messaging, CEILINGS, options);
      opened.push(permits);
      return permits;
    },
    clear: async () => {
      await closeAll();
      for (const { name } of STREAMS.filter(({ kind }) => kind === 'permits' || kind === 'cooldown')) {
        for await (const { sequence } of messagesOf(ingestion, name)) {
          await deleteStoredMessage(ingestion, name, sequence, { overwrite: false });
        }
      }
    },
    stop: async () => {
      await closeAll();
      await platform.stop();
    },
  };
};

/** A call that goes out and is answered at once. */
export const send = async (permit: Permit): Promise<void> => permit.beforeSend();
