import { createHmac } from 'node:crypto';
import type { GatewayUnderTest } from './start-gateway.ts';

/** Delivers a webhook as TikTok does. @param at when it was signed, in Unix seconds */
export const sendWebhook = (
  { url }: Pick<GatewayUnderTest, 'url'>,
  body: string,
  secret: string,
  at = Math.floor(Date.now() / 1000),
): Promise<Response> => {
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'tiktok-signature': `t=${at},s=${signature}` };
  return fetch(`${url}/webhooks/tiktok`, { method: 'POST', headers, body });
};
