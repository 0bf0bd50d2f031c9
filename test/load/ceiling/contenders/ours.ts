import { connectMessaging, createPermits } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { mayStillRun } from '@trendpot/tiktok';
import type { WorkerSetup } from '../messages.ts';
import type { AtWork, MakeCall, OnPermit } from './contender.ts';
import { startLoops } from './loops.ts';

export const startOurs = async (setup: WorkerSetup, makeCall: MakeCall, onPermit: OnPermit): Promise<AtWork> => {
  if (setup.backing.kind !== 'nats') throw new Error('ours needs NATS');
  const { url, user, seed } = setup.backing;
  const messaging = await connectMessaging({ url, user, seed: secret(seed) });
  const { perWindow, background, perDay, concurrent, windowMs } = setup.ceilings;
  const ceilings = { perMinute: perWindow, backgroundPerMinute: background, perDay, concurrent, windowMs };
  const permits = await createPermits(messaging, ceilings, { mayStillRun });
  const loops = startLoops({
    worker: setup.index,
    loops: setup.loops,
    once: async (kind, signal) => {
      const askedAt = performance.now();
      await permits.withPermit(
        kind,
        async (permit) => {
          await onPermit(performance.now() - askedAt);
          await makeCall(kind, () => permit.beforeSend());
        },
        { signal },
      );
    },
  });
  return {
    give: loops.give,
    // The owner of the streams changes them; who takes permits need not know.
    setCeilings: () => {},
    stop: async () => {
      await loops.stop();
      await permits.close();
      await messaging.close();
    },
  };
};
