import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WebhookOrder {
  readonly target: string;
  readonly event: string;
  readonly openId: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly clientKey: string;
  readonly secret: string;
  /** How often the same delivery is made although it was accepted. */
  readonly deliveries: number;
  readonly staleSeconds: number;
  readonly badSignature: boolean;
}

/** `s` of the `Tiktok-Signature` header: over the time, a dot, and the raw body, with the client secret. */
export const signature = (secret: string, time: number, body: string): string =>
  createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');

const MAXIMUM_TRIES = 5;

/** Delivers a webhook as TikTok does: signed, repeated until it is answered with 200. Returns every status seen. */
export const deliverWebhook = async (order: WebhookOrder): Promise<number[]> => {
  const time = Math.floor(Date.now() / 1000) - order.staleSeconds;
  const body = JSON.stringify({
    client_key: order.clientKey,
    event: order.event,
    create_time: time,
    user_openid: order.openId,
    content: JSON.stringify(order.content),
  });
  const signed = order.badSignature ? '0'.repeat(64) : signature(order.secret, time, body);
  const statuses: number[] = [];
  let accepted = 0;
  for (let tries = 0; tries < MAXIMUM_TRIES && accepted < order.deliveries; tries += 1) {
    const response = await fetch(order.target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'tiktok-signature': `t=${time},s=${signed}` },
      body,
    }).catch(() => undefined);
    statuses.push(response?.status ?? 0);
    if (response?.status === 200) accepted += 1;
    else await sleep(50 * 2 ** tries);
  }
  return statuses;
};
