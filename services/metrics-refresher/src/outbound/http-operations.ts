import type { Log, Operations } from '../domain/ports.ts';

const ANSWER_WITHIN_MS = 5_000;

/** Posts a notice to the operations' webhook; without an address nobody is told this way. */
export const httpOperations = (options: { url?: string; log: Log }): Operations => ({
  async jobFailed({ queue, accountId, requestId, code, attempts, failedAt }) {
    if (options.url === undefined) return;
    const notice = { event: 'tiktok.job.failed', queue, accountId, requestId, code, attempts, failedAt };
    try {
      const response = await fetch(options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(notice),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      await response.body?.cancel();
      if (!response.ok) options.log.warn('operations.webhook.refused', { status: response.status });
    } catch (error) {
      options.log.warn('operations.webhook.unreachable', { error });
    }
  },
});
