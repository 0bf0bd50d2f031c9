import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@trendpot/testing';
import { sendWebhook } from '../../test/send-webhook.ts';
import { agree, callbackOf, connected, startGateway } from '../../test/start-gateway.ts';
import { OPERATOR_TOKEN, WEBHOOK_SECRET, type GatewayUnderTest } from '../../test/start-gateway.ts';

const removal = (openId: string, at: Date) =>
  JSON.stringify({
    client_key: 'aw-test-key',
    event: 'authorization.removed',
    create_time: Math.ceil(at.getTime() / 1000),
    user_openid: openId,
    content: '{"reason": 1 }',
  });

describe('while MongoDB is away', () => {
  let gateway: GatewayUnderTest;
  let accountId: string;
  let programs: readonly { status: number; body: unknown }[];
  let people: readonly { status: number; text: string }[];
  let webhook: Response;
  let deliver: () => Promise<Response>;
  beforeAll(async () => {
    gateway = await startGateway();
    const { browser, call, ...person } = await connected(gateway, 'code-of-outage');
    ({ accountId } = person);
    const callback = callbackOf(gateway, await agree(gateway, browser), { code: 'code-of-outage' });
    const operator = async (path: string) => {
      const response = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${OPERATOR_TOKEN}` } });
      return { status: response.status, body: await response.json() };
    };
    const body = removal('open-code-of-outage', new Date());
    deliver = () => sendWebhook(gateway, body, WEBHOOK_SECRET);
    await gateway.mongod.kill();
    // All at once, for each waits as long as the driver looks for a primary.
    [programs, people, webhook] = await Promise.all([
      Promise.all([
        call('GET', '/api/accounts'),
        call('GET', `/api/accounts/${accountId}/videos`),
        operator(`/operator/accounts/${accountId}`),
      ]),
      Promise.all([browser.get(`${gateway.url}/account`), browser.get(callback)]),
      deliver(),
    ]);
  }, 60_000);
  afterAll(() => gateway?.stop());

  it('programs are told that the service is not available', () => {
    const unavailable = { status: 503, body: { error: { code: 'E_UNAVAILABLE' } } };
    expect(programs).toMatchObject([unavailable, unavailable, unavailable]);
  });

  it('people are told to try again, on the way back from TikTok too', () => {
    expect(people.map(({ status }) => status)).toEqual([503, 503]);
    for (const { text } of people) expect(text).toContain('Please try again shortly.');
  });

  it('a webhook is not acknowledged, so that TikTok sends it again, and it is acted upon once MongoDB is back', async () => {
    expect(webhook.status).toBe(503);
    await gateway.mongod.restart();
    await eventually(async () => (await deliver()).status === 200, {
      what: 'a webhook that is acknowledged',
      withinMs: 30_000,
    });
    await eventually(() => gateway.vault.revocations.some((revoked) => revoked.accountId === accountId), {
      what: 'the revocation the webhook asks for',
    });
  }, 60_000);
});
