import type { ServiceContext } from '@trendpot/nest-kit';
import { createOutboxLimit } from '@trendpot/persistence';
import type { WorkerConfig } from './worker-config.ts';

/** The work, begun only while the outbox is not fuller than it may be. */
export const whileOutboxHasRoom = <Job, Rest extends unknown[]>(
  { outbox, meters, logger }: ServiceContext,
  { outboxLimit: mostWaiting }: WorkerConfig,
  work: (job: Job, signal?: AbortSignal, ...rest: Rest) => Promise<void>,
): typeof work => {
  meters.observe('tiktok_outbox_limit', () => mostWaiting);
  const mayBegin = outbox && createOutboxLimit({ relay: outbox, mostWaiting, logger });
  return async (job, signal, ...rest) => {
    await mayBegin?.(signal);
    await work(job, signal, ...rest);
  };
};
