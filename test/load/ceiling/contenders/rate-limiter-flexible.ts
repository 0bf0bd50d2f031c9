import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes, RateLimiterUnion } from 'rate-limiter-flexible';
import type { WorkerSetup } from '../messages.ts';
import type { AtWork, MakeCall, OnPermit } from './contender.ts';
import { startLoops } from './loops.ts';

const DAY_SECONDS = 86_400;

/** Milliseconds to wait, from what the limiters refuse with. */
const waitOf = (refusal: unknown): number => {
  const results = Object.values((refusal ?? {}) as Record<string, unknown>);
  const waits = results.flatMap((result) => (result instanceof RateLimiterRes ? [result.msBeforeNext] : []));
  return waits.length === 0 ? 100 : Math.max(1, ...waits);
};

/**
 * As its documentation has it: a union of the window and the day, waiting as long as it says. It has no limit of calls
 * at once over several processes, so each process makes one at a time.
 */
export const startRateLimiterFlexible = async (
  setup: WorkerSetup,
  makeCall: MakeCall,
  onPermit: OnPermit,
): Promise<AtWork> => {
  if (setup.backing.kind !== 'redis') throw new Error('rate-limiter-flexible needs Redis');
  const redis = new Redis({ port: setup.backing.port, host: '127.0.0.1', enableOfflineQueue: false });
  redis.on('error', () => {});
  const { perWindow, perDay, windowMs } = setup.ceilings;
  const window = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: 'window',
    points: perWindow,
    duration: windowMs / 1_000,
  });
  const day = new RateLimiterRedis({ storeClient: redis, keyPrefix: 'day', points: perDay, duration: DAY_SECONDS });
  const union = new RateLimiterUnion(window, day);
  const loops = startLoops({
    worker: setup.index,
    loops: 1,
    once: async (kind, signal) => {
      const askedAt = performance.now();
      while (!signal.aborted) {
        try {
          await union.consume('app');
          break;
        } catch (refusal) {
          await new Promise((resolve) => setTimeout(resolve, waitOf(refusal)));
        }
      }
      if (signal.aborted) return;
      await onPermit(performance.now() - askedAt);
      await makeCall(kind, () => {});
    },
  });
  return {
    give: loops.give,
    setCeilings: (ceilings) => {
      window.points = ceilings.perWindow;
    },
    stop: async () => {
      await loops.stop();
      redis.disconnect();
    },
  };
};
