import type { Accounts, Clock } from '../ports.ts';
import type { VerifiedWebhook, WebhookInbox } from './webhook.ts';

export type ReceiveWebhook = (webhook: VerifiedWebhook) => Promise<'accepted' | 'repeated'>;

/** Stores a webhook before it is acknowledged. TikTok's name of the creator is turned into ours here and forgotten. */
export const makeReceiveWebhook =
  (ports: { inbox: WebhookInbox; accounts: Pick<Accounts, 'findByOpenId'>; clock: Clock }): ReceiveWebhook =>
  async ({ deliveryId, openId, event, occurredAt, reason }) => {
    const accountId = openId === undefined ? undefined : await ports.accounts.findByOpenId(openId);
    const webhook = { id: deliveryId, event, accountId, occurredAt, reason };
    return (await ports.inbox.accept(webhook, ports.clock.now())) ? 'accepted' : 'repeated';
  };
