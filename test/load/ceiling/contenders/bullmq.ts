import { Worker } from 'bullmq';
import type { WorkerSetup } from '../messages.ts';
import type { AtWork, MakeCall, OnPermit } from './contender.ts';

export const QUEUE = 'calls';

/** What a job carries: when it was given, by the clock all processes of one machine share. */
export interface CallJob {
  readonly givenAt: number;
}
export const sharedClock = (): number => performance.timeOrigin + performance.now();

/** One job is one call; the worker's own limiter and the queue's global concurrency keep the ceilings. It has no day. */
export const startBullmq = async (setup: WorkerSetup, makeCall: MakeCall, onPermit: OnPermit): Promise<AtWork> => {
  if (setup.backing.kind !== 'redis') throw new Error('BullMQ needs Redis');
  const { perWindow, windowMs, concurrent } = setup.ceilings;
  const limiter = { max: perWindow, duration: windowMs };
  const worker = new Worker<CallJob>(
    QUEUE,
    async ({ data }) => {
      await onPermit(sharedClock() - data.givenAt);
      await makeCall('interactive', () => {});
    },
    {
      connection: { host: '127.0.0.1', port: setup.backing.port, maxRetriesPerRequest: null },
      concurrency: concurrent,
      limiter,
      lockDuration: 5_000,
      stalledInterval: 2_000,
    },
  );
  worker.on('error', () => {});
  await worker.waitUntilReady();
  return {
    // Its work lies in the queue.
    give: () => {},
    setCeilings: (ceilings) => {
      limiter.max = ceilings.perWindow;
    },
    stop: () => worker.close(),
  };
};
