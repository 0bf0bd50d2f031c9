import type { DeadLetter } from '@trendpot/contracts';
import { postJobFailed, type OperationsWebhook } from '@trendpot/observability';
import type { WorkerConfig } from './worker-config.ts';

/** Whoever is on duty, where an address is configured. Best effort: it never throws. */
export const httpOperations = (
  log: OperationsWebhook['log'],
  { operationsUrl: url }: Pick<WorkerConfig, 'operationsUrl'>,
) => ({
  jobFailed: (letter: DeadLetter) => postJobFailed({ log, ...(url === undefined ? {} : { url }) }, letter),
});
