import type { DeadLetter } from '@trendpot/contracts';
import type { Logger } from './logger.ts';

const ANSWER_WITHIN_MS = 5_000;

/** Whom to tell; without an address nobody is told this way. */
export interface OperationsWebhook {
  readonly url?: string;
  readonly log: Pick<Logger, 'warn'>;
}

/** Posts a notice of a job that was given up to the operations' webhook. Best effort: it never throws. */
export const postJobFailed = async (
  { url, log }: OperationsWebhook,
  { queue, accountId, requestId, code, attempts, failedAt }: DeadLetter,
): Promise<void> => {
  if (url === undefined) return;
  const notice = { event: 'tiktok.job.failed', queue, accountId, requestId, code, attempts, failedAt };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(notice),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.body?.cancel();
    if (!response.ok) log.warn('operations.webhook.refused', { status: response.status });
  } catch (error) {
    log.warn('operations.webhook.unreachable', { error });
  }
};
