import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WebhookOrder {
  readonly target: string;
  readonly event: string;
  /** Absent from the body when empty, as in the documented sample of the portability event. */
  readonly openId: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly clientKey: string;
  readonly secret: string;
  /** How many accepted deliveries of the very same body are made: more than one is a duplicate. */
  readonly deliveries: number;
  /** How often it is tried in all before it is dropped. */
  readonly tries: number;
  /** The time signed lies this far in the past. */
  readonly staleSeconds: number;
  readonly badSignature: boolean;
}

/** `s` of the `Tiktok-Signature` header: over the time, a dot, and the raw body, with the client secret. */
export const signature = (secret: string, time: number, body: string): string =>
  createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');

const BACKOFF_MS = 50;
const ANSWER_WITHIN_MS = 10_000;

const bodyOf = (order: WebhookOrder, time: number): string =>
  JSON.stringify({
    client_key: order.clientKey,
    event: order.event,
    create_time: time,
    ...(order.openId === '' ? {} : { user_openid: order.openId }),
    content: JSON.stringify(order.content),
  });

/** Delivers a webhook as TikTok does: signed, repeated with growing pauses until answered with 200. Returns every status seen, 0 for none. */
export const deliverWebhook = async (order: WebhookOrder): Promise<number[]> => {
  const time = Math.floor(Date.now() / 1000) - order.staleSeconds;
  const body = bodyOf(order, time);
  const signed = order.badSignature ? '0'.repeat(64) : signature(order.secret, time, body);
  const statuses: number[] = [];
  let accepted = 0;
  for (let tried = 0; tried < order.tries && accepted < order.deliveries; tried += 1) {
    const refused = tried - accepted;
    if (refused > 0) await sleep(BACKOFF_MS * 2 ** (refused - 1));
    const response = await fetch(order.target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'tiktok-signature': `t=${time},s=${signed}` },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch(() => undefined);
    await response?.body?.cancel();
    statuses.push(response?.status ?? 0);
    if (response?.status === 200) accepted += 1;
  }
  return statuses;
};
