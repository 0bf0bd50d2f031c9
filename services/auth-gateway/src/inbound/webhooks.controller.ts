import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { PlatformError } from '@trendpot/contracts';
import type { Logger, Meters } from '@trendpot/observability';
import type { Request } from 'express';
import type { HandleWebhooks } from '../domain/webhooks/handle-webhooks.ts';
import type { ReceiveWebhook } from '../domain/webhooks/receive-webhook.ts';
import type { VerifyWebhook } from '../domain/webhooks/webhook.ts';
import type { GatewaySettings } from './gateway-settings.ts';
import { RequestIdentity } from './http/person.ts';
import { ApiRate } from './http/rate.guard.ts';
import { GATEWAY, HANDLE_WEBHOOKS, LOGGER, METERS, RECEIVE_WEBHOOK, VERIFY_WEBHOOK } from './tokens.ts';

/** What TikTok tells on its own account. Acknowledged once stored, handled after that. */
@Controller('/webhooks/tiktok')
@UseGuards(ApiRate)
export class WebhooksController {
  constructor(
    @Inject(VERIFY_WEBHOOK) private readonly verifyWebhook: VerifyWebhook,
    @Inject(RECEIVE_WEBHOOK) private readonly receiveWebhook: ReceiveWebhook,
    @Inject(HANDLE_WEBHOOKS) private readonly handleWebhooks: HandleWebhooks,
    @Inject(GATEWAY) private readonly settings: GatewaySettings,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METERS) private readonly meters: Pick<Meters, 'add'>,
  ) {}

  @Post()
  @HttpCode(200)
  async receive(@Req() request: Request, @RequestIdentity() requestId: string): Promise<{ received: true }> {
    if (!this.settings.takesWebhooks) throw new PlatformError('E_NOT_FOUND', 'no webhook secret is set');
    const body: unknown = request.body;
    const rawBody = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const webhook = this.verifyWebhook(request.header('tiktok-signature'), rawBody);
    const outcome = await this.receiveWebhook(webhook);
    this.logger.info('tiktok.webhook.received', { requestId, event: webhook.event, outcome });
    if (outcome === 'repeated') this.meters.add('tiktok_webhooks_total', { outcome });
    else
      this.handleWebhooks().catch((error: unknown) => this.logger.warn('tiktok.webhook.waiting', { requestId, error }));
    return { received: true };
  }
}
