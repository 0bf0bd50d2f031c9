import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PICTURE_DOMAINS, PlatformError } from '@trendpot/contracts';
import { openBrowser } from '@trendpot/local-platform';
import { gate } from '@trendpot/testing';
import { agree, callbackOf, connected, startGateway, type GatewayUnderTest } from '../../test/start-gateway.ts';

describe('signing in over HTTP', () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await startGateway({ TRENDPOT_SIGN_IN_RATE_PER_MIN: '1000' });
  }, 60_000);
  afterAll(() => gateway?.stop());

  const open = async (address: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${address}`, { redirect: 'manual', headers: { accept: 'text/html', ...headers } });

  it('leads from the front door to the hand-off page, which says what TrendPot will do', async () => {
    const home = await open('/');
    expect([home.status, home.headers.get('location')]).toEqual([302, '/connect']);
    const page = await (await open('/connect')).text();
    expect(page).toContain('ingest approved TikTok videos and refresh their metrics periodically');
    expect(page).toContain('TrendPot will ');
    for (const scope of ['user.info.basic', 'video.list', 'video.data', 'webhook.subscription']) {
      expect(page).toContain(`data-scope="${scope}"`);
    }
  });

  it('sends the whole documented bundle to TikTok, separated by commas, with a state that is stored only as a digest', async () => {
    const browser = openBrowser();
    const location = new URL(await agree(gateway, browser));
    expect(location.href).toMatch(/^https:\/\/www\.tiktok\.example\/v2\/auth\/authorize\/\?/);
    expect(location.searchParams.get('scope')).toBe('user.info.basic,video.list,video.data,webhook.subscription');
    expect(location.searchParams.get('client_key')).toBe('aw-test-key');
    expect(location.searchParams.get('redirect_uri')).toBe('http://localhost:8080/auth/tiktok/callback');
    expect(location.searchParams.has('code_challenge')).toBe(false);
    const state = location.searchParams.get('state') ?? '';
    expect(state).toMatch(/^[\w-]{43}$/);
    const stored = await gateway.database.collections.loginIntents.find().toArray();
    expect(JSON.stringify(stored)).not.toContain(state);
  });

  it('connects, signs the browser in and leads to the account', async () => {
    const browser = openBrowser();
    const answer = await browser.get(callbackOf(gateway, await agree(gateway, browser), { code: 'code*with!marks' }));
    expect(answer.status).toBe(303);
    expect(answer.location).toMatch(/\/account\?account=acc_/);
    expect(gateway.vault.exchanges.at(-1)).toMatchObject({
      code: 'code*with!marks',
      redirectUri: 'http://localhost:8080/auth/tiktok/callback',
      consentCopyVersion: expect.stringMatching(/^\d{4}-\d\d/),
    });
    const page = await browser.follow(answer);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Your videos are about to arrive');
  });

  it('hands out cookies that scripts cannot read, and a new session once the creator is known', async () => {
    const handOff = await fetch(`${gateway.url}/connect`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    const cookies = handOff.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies)
      expect(cookie).toMatch(/^trendpot\.(sid|browser)=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Lax$/);
    const cookie = cookies.map((one) => one.split(';', 1)[0]).join('; ');
    const callback = callbackOf(gateway, handOff.headers.get('location') ?? '', { code: 'code-rotated' });
    const answer = await fetch(callback, { redirect: 'manual', headers: { cookie } });
    const session = answer.headers.getSetCookie().find((one) => one.startsWith('trendpot.sid='));
    expect(session).toBeDefined();
    expect(cookie).not.toContain(session?.split(';', 1)[0]);
    const before = await fetch(`${gateway.url}/api/accounts`, { headers: { cookie } });
    expect(before.status).toBe(401);
  });

  it('says "already connected" when the callback is loaded again, and redeems the code once', async () => {
    const browser = openBrowser();
    const callback = callbackOf(gateway, await agree(gateway, browser), { code: 'code-reloaded' });
    await browser.get(callback);
    const exchanges = gateway.vault.exchanges.length;
    const again = await browser.get(callback);
    expect(again.status).toBe(200);
    expect(again.text).toContain('Already connected');
    expect(again.text).toContain('href="/account"');
    expect(gateway.vault.exchanges).toHaveLength(exchanges);
  });

  it('redeems a code once when two requests of one callback race', async () => {
    const browser = openBrowser();
    const callback = callbackOf(gateway, await agree(gateway, browser), { code: 'code-raced' });
    const reached = gate();
    const mayAnswer = gate();
    gateway.vault.beforeExchange = async () => {
      reached.open();
      await mayAnswer.passed;
    };
    const first = browser.get(callback);
    await reached.passed;
    const second = await browser.get(callback);
    expect(second.status).toBe(200);
    expect(second.text).toContain('being completed right now');
    gateway.vault.beforeExchange = async () => undefined;
    mayAnswer.open();
    expect((await first).status).toBe(303);
    expect(gateway.vault.exchanges.filter(({ code }) => code === 'code-raced')).toHaveLength(1);
  });

  it('signs nobody in as the other when two people connect one TikTok account at once', async () => {
    const [early, late] = [openBrowser(), openBrowser()];
    const callbackFor = async (browser: typeof early) =>
      callbackOf(gateway, await agree(gateway, browser), { code: 'code-shared' });
    const [earlyCallback, lateCallback] = [await callbackFor(early), await callbackFor(late)];
    const written = gate();
    const mayAnswer = gate();
    gateway.vault.afterExchange = async () => {
      written.open();
      await mayAnswer.passed;
    };
    const first = early.get(earlyCallback);
    await written.passed;
    gateway.vault.afterExchange = async () => undefined;
    expect((await late.get(lateCallback)).status).toBe(303);
    mayAnswer.open();
    expect((await first).status).toBe(303);
    const accountsOf = async (browser: typeof early): Promise<number> => {
      const answer = await browser.request(`${gateway.url}/api/accounts`, { headers: { accept: 'application/json' } });
      return ((await answer.json()) as { accounts: unknown[] }).accounts.length;
    };
    expect([await accountsOf(early), await accountsOf(late)]).toEqual([0, 1]);
  });

  it('answers a denied consent with a friendly page, every time it is loaded', async () => {
    const browser = openBrowser();
    const callback = callbackOf(gateway, await agree(gateway, browser), { error: 'access_denied' });
    for (const page of [await browser.get(callback), await browser.get(callback)]) {
      expect(page.status).toBe(200);
      expect(page.text).toContain('You chose not to connect');
      expect(page.text).toContain('Try again');
    }
  });

  it('refuses a state that is unknown, expired, of another browser, or given twice', async () => {
    const browser = openBrowser();
    const authorize = await agree(gateway, browser);
    const callback = callbackOf(gateway, authorize, { code: 'code-foreign' });
    const exchanges = gateway.vault.exchanges.length;

    const foreign = await openBrowser().get(callback);
    expect(foreign.status).toBe(400);
    expect(foreign.text).toContain('not valid any more');
    expect((await browser.get(`${callback}&state=${'x'.repeat(43)}`)).status).toBe(400);
    expect((await browser.get(`${gateway.url}/auth/tiktok/callback?code=c&state=${'A'.repeat(43)}`)).status).toBe(400);
    expect((await browser.get(`${gateway.url}/auth/tiktok/callback`)).status).toBe(400);

    await gateway.database.collections.loginIntents.updateMany(
      { takenAt: { $exists: false } },
      { $set: { expiresAt: new Date(0) } },
    );
    expect((await browser.get(callback)).status).toBe(400);
    expect(gateway.vault.exchanges).toHaveLength(exchanges);
  });

  it('keeps the consent when the vault cannot be reached: the same page works after a reload', async () => {
    const browser = openBrowser();
    const callback = callbackOf(gateway, await agree(gateway, browser), { code: 'code-patient' });
    gateway.vault.beforeExchange = async () => {
      throw new PlatformError('E_VAULT_KMS_UNAVAILABLE', 'KMS is away');
    };
    const refused = await browser.get(callback);
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('Reload this page');
    gateway.vault.beforeExchange = async () => undefined;
    expect((await browser.get(callback)).status).toBe(303);
  });

  it('says so when TikTok refused the code, without a detail', async () => {
    const browser = openBrowser();
    const page = await browser.get(callbackOf(gateway, await agree(gateway, browser), { code: 'code-rejected' }));
    expect(page.status).toBe(400);
    expect(page.text).toContain('TikTok did not accept the sign-in');
    expect(page.text).not.toContain('code-rejected');
  });

  it('ends in a clear state with a reconnect link when a needed permission was unticked', async () => {
    const browser = openBrowser();
    const answer = await browser.get(callbackOf(gateway, await agree(gateway, browser), { code: 'code-without-list' }));
    const page = await browser.follow(answer);
    expect(page.text).toContain('Please reconnect');
    expect(page.text).toContain('left unticked');
    expect(page.text).toMatch(/<a class="primary" href="\/connect">/);
  });

  it('goes back to a path of its own after the sign-in, and nowhere else', async () => {
    const land = async (returnPath: string): Promise<string | undefined> => {
      const browser = openBrowser();
      const authorize = await agree(gateway, browser, { returnPath });
      return (await browser.get(callbackOf(gateway, authorize, { code: 'code-return' }))).location;
    };
    expect(await land('/account?tab=1')).toBe(`${gateway.url}/account?tab=1`);
    for (const evil of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      expect(new URL((await land(evil)) ?? '').origin).toBe(gateway.url);
    }
  });

  it('starts for a link of its own, but shows the hand-off page to whoever comes from another site', async () => {
    expect((await open('/auth/tiktok/start')).headers.get('location')).toMatch(/^https:\/\/www\.tiktok\.example\//);
    const elsewhere = await open('/auth/tiktok/start', { 'sec-fetch-site': 'cross-site' });
    expect(elsewhere.headers.get('location')).toBe('/connect');
    expect(elsewhere.headers.getSetCookie()).toEqual([]);
  });

  it('refuses a hand-off form that another site sent', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${gateway.url}/connect`, { method: 'POST', redirect: 'manual', headers });
    expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ origin: 'null' })).status).toBe(403);
    expect((await post({})).status).toBe(403);
    expect((await post({ origin: gateway.url })).status).toBe(302);
  });

  it('sends every page with a policy that allows no inline script, no frame around it and no cache', async () => {
    const { headers } = await open('/connect');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self' https://www.tiktok.example");
    const pictures = PICTURE_DOMAINS.map((domain) => `https://*.${domain}`);
    expect(policy).toContain(`img-src 'self' ${pictures.join(' ')};`);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(await (await open('/connect')).text()).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|style="/);
  });

  it('serves its files under addresses that change with their content', async () => {
    const page = await (await open('/connect')).text();
    const sheet = /href="(\/assets\/trendpot\.[0-9a-f]{12}\.css)"/.exec(page)?.[1] ?? '';
    const file = await open(sheet);
    expect(file.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(file.headers.get('cache-control')).toContain('immutable');
    expect(await file.text()).toMatch(/\/assets\/bricolage-grotesque\.[0-9a-f]{12}\.woff2/);
  });

  it('shows errors as a page to people and as JSON to programs', async () => {
    const page = await open('/nowhere');
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    const json = await fetch(`${gateway.url}/nowhere`);
    expect(await json.json()).toEqual({
      error: { code: 'E_NOT_FOUND', message: 'There is nothing here.', requestId: expect.stringMatching(/^req_/) },
    });
  });

  it('leads a stranger from the account page to the hand-off', async () => {
    const answer = await open('/account');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/connect']);
  });

  it('lets one creator connect from two browsers, and either sees the account', async () => {
    const first = await connected(gateway, 'code-twice');
    const second = await connected(gateway, 'code-twice');
    expect(second.accountId).toBe(first.accountId);
    expect((await second.call('GET', `/api/accounts/${second.accountId}`)).status).toBe(200);
  });
});
