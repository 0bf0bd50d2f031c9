import { releaseClaim, takeClaim, type Collections } from '@trendpot/persistence';

/** A replica that was killed blocks the others for so long. */
const CLAIM_MS = 60_000;

/**
 * Lets one process at a time do `work`; the others do nothing and come again at their next round. Made for work that is
 * harmless when two do it: a process that slept through its claim goes on beside the one that took it over.
 */
export const mongoTurn =
  ({ claims }: Pick<Collections, 'claims'>, name: string, holder: string) =>
  async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    const take = (): Promise<boolean> => takeClaim(claims, name, holder, CLAIM_MS);
    if (!(await take())) return undefined;
    const renewal = setInterval(() => void take().catch(() => undefined), CLAIM_MS / 3);
    try {
      return await work();
    } finally {
      clearInterval(renewal);
      await releaseClaim(claims, name, holder);
    }
  };
