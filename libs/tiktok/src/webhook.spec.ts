import { createHmac } from 'node:crypto';
import type { PlatformError } from '@trendpot/contracts';
import { secret } from '@trendpot/secrets';
import { describe, expect, it } from '@jest/globals';
import { verifyWebhook, type WebhookDelivery } from './webhook.ts';

/** The vector in tiktok-api.md 6. */
const BODY =
  '{"client_key":"awtest0000000000","event":"authorization.removed","create_time":1615338610,' +
  '"user_openid":"-000TestOpenId","content":"{\\"reason\\": 1 }"}';
const SIGNATURE = '5619e79b5787cac533da72ac6157d9b70be0083121d7206e281ddb6eca46f988';
const SIGNED_AT = 1_633_174_587;

const delivery = (changes: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  header: `t=${SIGNED_AT},s=${SIGNATURE}`,
  rawBody: Buffer.from(BODY),
  secrets: [secret('test_client_secret')],
  now: new Date(SIGNED_AT * 1000),
  toleranceSeconds: 300,
  ...changes,
});

const codeOf = (changes: Partial<WebhookDelivery>): string => {
  try {
    verifyWebhook(delivery(changes));
    return 'accepted';
  } catch (error) {
    return (error as PlatformError).code;
  }
};

const signed = (body: string): Partial<WebhookDelivery> => ({
  rawBody: Buffer.from(body),
  header: `t=${SIGNED_AT},s=${createHmac('sha256', 'test_client_secret').update(`${SIGNED_AT}.${body}`).digest('hex')}`,
});

describe('a webhook', () => {
  it('that TikTok signed is read, the JSON in its text included', () => {
    expect(verifyWebhook(delivery())).toEqual({
      event: 'authorization.removed',
      clientKey: 'awtest0000000000',
      openId: '-000TestOpenId',
      createdAt: new Date(1_615_338_610_000),
      content: { reason: 1 },
      deliveryId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is known again when it is delivered again under another time', () => {
    expect(verifyWebhook(delivery()).deliveryId).toBe(
      verifyWebhook(delivery({ now: new Date((SIGNED_AT + 60) * 1000) })).deliveryId,
    );
  });

  it('is accepted under either secret while one replaces the other', () => {
    expect(codeOf({ secrets: [secret('next'), secret('test_client_secret')] })).toBe('accepted');
    expect(codeOf({ secrets: [secret('test_client_secret'), secret('previous')] })).toBe('accepted');
  });

  it.each<[string, Partial<WebhookDelivery>]>([
    ['without a signature', { header: undefined }],
    ['with another header', { header: `s=${SIGNATURE},t=${SIGNED_AT}` }],
    ['with a header that says more', { header: `t=${SIGNED_AT},s=${SIGNATURE},s=${'0'.repeat(64)}` }],
    ['with a signature in capitals', { header: `t=${SIGNED_AT},s=${SIGNATURE.toUpperCase()}` }],
    ['with another time', { header: `t=${SIGNED_AT + 1},s=${SIGNATURE}` }],
    ['with one byte changed', { rawBody: Buffer.from(BODY.replace('1 }', '2 }')) }],
    ['with white space changed', { rawBody: Buffer.from(`${BODY}\n`) }],
    ['under another secret', { secrets: [secret('other')] }],
    ['when there is no secret', { secrets: [] }],
    ['that is too old', { now: new Date((SIGNED_AT + 301) * 1000) }],
    ['from the future', { now: new Date((SIGNED_AT - 301) * 1000) }],
  ])('%s is refused', (_how, changes) => {
    expect(codeOf(changes)).toBe('E_WEBHOOK_SIGNATURE');
  });

  it.each(['not json', '[]', '{"event":"x"}'])('that is signed but reads %j is malformed', (body) => {
    expect(codeOf(signed(body))).toBe('E_MALFORMED_MESSAGE');
  });

  it('may lack a creator and content', () => {
    const body = '{"client_key":"aw1","event":"portability.download.ready","create_time":1}';
    expect(verifyWebhook(delivery(signed(body)))).toMatchObject({ content: {} });
    expect(verifyWebhook(delivery(signed(body)))).not.toHaveProperty('openId');
  });
});
