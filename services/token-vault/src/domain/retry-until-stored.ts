/**
 * Does `work` until it succeeds or `insistMs` have passed; the last failure is thrown. For what must not be lost: a token
 * pair that exists nowhere else.
 */
export const retryUntilStored = async <T>(
  work: () => Promise<T>,
  insistMs: number,
  pause: (milliseconds: number) => Promise<void>,
): Promise<T> => {
  const deadline = performance.now() + insistMs;
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 1_000)) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() + waitMs > deadline) throw error;
      await pause(waitMs);
    }
  }
};
