import type { LiveSecrets } from '@trendpot/config';
import { verifyWebhook } from '@trendpot/tiktok';
import type { Clock } from '../domain/ports.ts';
import type { VerifiedWebhook, VerifyWebhook } from '../domain/webhooks/webhook.ts';

export const tiktokWebhookSignature =
  (settings: { secrets: LiveSecrets; toleranceSeconds: number; clock: Clock }): VerifyWebhook =>
  (header, rawBody): VerifiedWebhook => {
    const { secrets, toleranceSeconds, clock } = settings;
    const webhook = verifyWebhook({ header, rawBody, secrets: secrets(), toleranceSeconds, now: clock.now() });
    const { reason } = webhook.content;
    return {
      deliveryId: webhook.deliveryId,
      event: webhook.event,
      openId: webhook.openId,
      occurredAt: webhook.createdAt,
      reason: typeof reason === 'number' && Number.isInteger(reason) && reason >= 0 ? reason : undefined,
    };
  };
