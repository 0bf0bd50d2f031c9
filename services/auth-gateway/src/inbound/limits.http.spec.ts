import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBrowser } from '@trendpot/local-platform';
import { connected, startGateway, type GatewayUnderTest, type SignedInBrowser } from '../../test/start-gateway.ts';

describe('a gateway with narrow limits and nothing optional', () => {
  let gateway: GatewayUnderTest;
  let person: SignedInBrowser;
  beforeAll(async () => {
    gateway = await startGateway({
      TRENDPOT_SIGN_IN_RATE_PER_MIN: '4',
      TRENDPOT_MAX_STREAMS: '2',
      TRENDPOT_OPERATOR_TOKEN: '',
      TIKTOK_WEBHOOK_SECRET: '',
      TIKTOK_PKCE: 'hex',
      TRENDPOT_TRUSTED_PROXIES: '1',
    });
    person = await connected(gateway, 'code-limited');
  }, 60_000);
  afterAll(() => gateway?.stop());

  const streamOf = (path = `/api/accounts/${person.accountId}/progress`) =>
    person.browser.request(`${gateway.url}${path}`, { headers: { accept: 'text/event-stream' } });

  it('sends a challenge in hex when asked to, and the verifier to the vault alone', async () => {
    const { location } = await openBrowser().get(`${gateway.url}/auth/tiktok/start`);
    const asked = new URL(location ?? '').searchParams;
    expect(asked.get('code_challenge')).toMatch(/^[0-9a-f]{64}$/);
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(gateway.vault.exchanges.at(-1)?.codeVerifier).toMatch(/^[\w.~-]{43,128}$/);
  });

  it('slows down one caller and says for how long, while others go on', async () => {
    const from = (address: string) =>
      fetch(`${gateway.url}/auth/tiktok/start`, { redirect: 'manual', headers: { 'x-forwarded-for': address } });
    const statuses: number[] = [];
    for (let request = 0; request < 5; request += 1) statuses.push((await from('203.0.113.7')).status);
    expect(statuses).toEqual([302, 302, 302, 302, 429]);
    const refused = await from('203.0.113.7');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'E_TOO_MANY_REQUESTS' } });
    expect((await from('203.0.113.8')).status).toBe(302);
  });

  it('has no operator API and takes no webhooks', async () => {
    const operator = await fetch(`${gateway.url}/operator/vault`, { headers: { authorization: 'Bearer undefined' } });
    expect(operator.status).toBe(404);
    expect((await fetch(`${gateway.url}/webhooks/tiktok`, { method: 'POST', body: '{}' })).status).toBe(404);
  });

  it('opens no more progress streams than allowed, and ends them when it stops', async () => {
    const streams = [await streamOf(), await streamOf()];
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    expect((await streamOf()).status).toBe(503);
    const ended = Promise.all(streams.map((stream) => stream.text()));
    const startedAt = performance.now();
    await gateway.stop();
    for (const text of await ended) expect(text).toContain('event: progress');
    expect(performance.now() - startedAt).toBeLessThan(4_500);
  });
});
