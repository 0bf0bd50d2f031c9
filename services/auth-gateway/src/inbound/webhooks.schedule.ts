import type { LoggerLike } from '@trendpot/messaging';
import type { HandleWebhooks } from '../domain/webhooks/handle-webhooks.ts';

/** Webhooks whose first handling failed, or whose replica died, are taken up again this often. */
const EVERY_MS = 5_000;

/** @returns how to stop. */
export const startWebhookSweep = (handleWebhooks: HandleWebhooks, logger: LoggerLike): (() => void) => {
  const sweep = setInterval(() => {
    handleWebhooks().catch((error: unknown) => logger.warn('tiktok.webhook.sweep_failed', { error }));
  }, EVERY_MS);
  return () => clearInterval(sweep);
};
