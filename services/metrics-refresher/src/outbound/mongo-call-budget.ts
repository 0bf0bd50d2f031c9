import type { Permits } from '@trendpot/messaging';
import { reachable, type Database } from '@trendpot/persistence';
import type { CallBudget } from '../domain/ports.ts';

const DAY_MS = 86_400_000;
/** Counting every account is not done for every round. */
const COUNT_LASTS_MS = 60_000;

/** The day's calls from the permits, and what all rounds take from the number of stored videos. */
export const mongoCallBudget = (
  { collections }: Database,
  permits: Pick<Permits, 'usage'>,
  batchSize: number,
): CallBudget => {
  let counted: { calls: number; at: number } | undefined;

  const countCalls = async (): Promise<number> => {
    const [total] = await reachable(() =>
      collections.accounts
        .aggregate<{ calls: number }>([
          { $match: { state: 'healthy' } },
          { $group: { _id: null, calls: { $sum: { $ceil: { $divide: ['$sync.videos', batchSize] } } } } },
        ])
        .toArray(),
    );
    return total?.calls ?? 0;
  };

  return {
    async today() {
      const now = performance.now();
      if (counted === undefined || now - counted.at > COUNT_LASTS_MS) counted = { calls: await countCalls(), at: now };
      const { day } = await permits.usage();
      return { perDay: day.ceiling, usedInDay: day.used, dayMs: DAY_MS, callsOfAllRounds: counted.calls };
    },
  };
};
