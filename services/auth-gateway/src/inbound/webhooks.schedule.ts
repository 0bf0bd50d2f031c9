import type { LoggerLike } from '@trendpot/messaging';
import { startRounds } from '@trendpot/nest-kit';
import type { HandleWebhooks } from '../domain/webhooks/handle-webhooks.ts';

/** Webhooks whose first handling failed, or whose replica died, are taken up again this often. */
const EVERY_MS = 5_000;

/** One webhook a portion, so that a stop waits for one and not for all that are due. @returns how to stop. */
export const startWebhookSweep = (handleWebhooks: HandleWebhooks, logger: LoggerLike): (() => Promise<void>) =>
  startRounds(async () => ({ finished: (await handleWebhooks(1)) === 0 }), {
    everyMs: EVERY_MS,
    portionMs: 0,
    onFailure: (error) => logger.warn('tiktok.webhook.sweep_failed', { error }),
  });
