/** Lets `take` through at most `perSecond` times a second, evenly. */
export interface RateLimiter {
  take(): Promise<void>;
}

export const makeRateLimiter = (
  perSecond: number,
  pause: (milliseconds: number) => Promise<void>,
  now: () => number = () => performance.now(),
): RateLimiter => {
  const gapMs = 1000 / perSecond;
  let next = -Infinity;
  return {
    take: async () => {
      const at = Math.max(next, now());
      next = at + gapMs;
      const waitMs = at - now();
      if (waitMs > 0) await pause(waitMs);
    },
  };
};
