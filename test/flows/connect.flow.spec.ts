import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beginConnect, openBrowser, type Browser } from '@trendpot/local-platform';
import { startTestPlatform, type TestPlatform } from '@trendpot/testing';

const CONSENT_COPY = 'ingest approved TikTok videos and refresh their metrics periodically';
const BUNDLE = 'user.info.basic,video.list,video.data,webhook.subscription';

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform();
}, 120_000);
afterAll(() => test.stop(), 60_000);

const decide = async (browser: Browser, decision: 'approve' | 'deny'): Promise<string> => {
  const consent = await beginConnect(test.platform.gatewayUrl, browser);
  const answer = await browser.post(`${test.tiktok.url}/v2/auth/authorize/decision`, {
    ...Object.fromEntries(new URL(consent.url).searchParams),
    scopes: 'video.list',
    creator: 'none',
    decision,
  });
  return answer.location ?? '';
};

describe('connecting TikTok', () => {
  it('tells the creator on the hand-off page what will be done', async () => {
    const page = await openBrowser().get(`${test.platform.gatewayUrl}/connect`);
    expect(page.text.replaceAll(/\s+/g, ' ')).toContain(CONSENT_COPY);
  });

  it('asks TikTok for the documented bundle of scopes, separated by commas', async () => {
    const consent = await beginConnect(test.platform.gatewayUrl, openBrowser());
    const asked = new URL(consent.url).searchParams;
    expect(asked.get('scope')).toBe(BUNDLE);
    expect(asked.get('response_type')).toBe('code');
    expect(asked.get('client_key')).toBe('awfake0000000000');
  });

  it('stores the scopes that were granted, and the text that was agreed to', async () => {
    const { accountId } = await test.connect({ creator: 'none', untick: ['webhook.subscription'] });
    const account = await test.collections.accounts.findOne({ _id: accountId });
    expect([...(account?.scopes.granted ?? [])].sort()).toEqual(['user.info.basic', 'video.data', 'video.list']);
    expect([...(account?.scopes.requested ?? [])].sort()).toEqual(BUNDLE.split(',').sort());
    const consent = await test.collections.consents.findOne({ accountId });
    expect(consent?.copyVersion).toBe(account?.consentCopyVersion);
    await test.untilState(accountId, 'healthy');
  });

  it('ends in a clear state with a way to reconnect when listing was not allowed', async () => {
    await test.tiktok.post('/creators', { handle: 'shy', videos: 3 });
    const { accountId, page, browser } = await test.connect({ creator: 'shy', untick: ['video.list'] });
    expect((await test.collections.accounts.findOne({ _id: accountId }))?.state).toBe('needs_consent');
    expect(page.text).toMatch(/reconnect/i);
    expect((await test.tiktok.calls('/v2/video/list/')).filter(({ creator }) => creator === 'shy')).toEqual([]);
    const again = await test.connect({ creator: 'shy', browser });
    expect(again.accountId).toBe(accountId);
    await test.untilState(accountId, 'healthy');
  });

  it('answers a denied consent with a page, not an error', async () => {
    const browser = openBrowser();
    const page = await browser.get(await decide(browser, 'deny'));
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/try again|connect/i);
    expect(page.text).not.toMatch(/exception|stack|E_INTERNAL/);
  });

  it('refuses a callback that another browser began', async () => {
    const victim = openBrowser();
    const callback = await decide(openBrowser(), 'approve');
    const page = await victim.get(callback);
    expect(page.status).toBe(400);
    expect(page.text).not.toMatch(/already connected/i);
  });

  it('says "already connected" when the callback is loaded again, and connects nothing twice', async () => {
    const { browser, callbackUrl } = await test.connect({ creator: 'none' });
    const accounts = await test.collections.accounts.countDocuments();
    const page = await browser.follow(await browser.get(callbackUrl));
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/already connected/i);
    expect(await test.collections.accounts.countDocuments()).toBe(accounts);
  });

  it('refuses a state that nobody issued', async () => {
    const page = await openBrowser().get(
      `${test.platform.gatewayUrl}/auth/tiktok/callback?code=x&state=${'0'.repeat(64)}`,
    );
    expect(page.status).toBe(400);
  });

  it('refuses a state that has expired', async () => {
    const browser = openBrowser();
    const callback = await decide(browser, 'approve');
    await test.collections.loginIntents.updateMany(
      { accountId: { $exists: false } },
      { $set: { expiresAt: new Date(0) } },
    );
    expect((await browser.get(callback)).status).toBe(400);
  });
});

describe('the vault', () => {
  it('exits 78 when its managed key cannot be used, and names the setting, never the key', async () => {
    const vault = test.platform.service('token-vault');
    const unusable = 'alias/nobody/made-this';
    const refusal = await vault.restart({ TIKTOK_TOKEN_ENC_KEY_ID: unusable }).catch((error: unknown) => error);
    expect(String(refusal)).toContain('ended with code 78');
    const [last = ''] = vault.lines.slice(-1);
    expect(last).toContain('TIKTOK_TOKEN_ENC_KEY_ID names a key that cannot be used');
    expect(last).not.toContain(unusable);
    await vault.restart({ TIKTOK_TOKEN_ENC_KEY_ID: test.platform.backing.keyId });
    await test.connect({ creator: 'none' });
  });
});

describe('the scopes of a deployment', () => {
  it('come from TIKTOK_DISPLAY_SCOPES when it is set', async () => {
    const gateway = test.platform.service('auth-gateway');
    await gateway.restart({ TIKTOK_DISPLAY_SCOPES: 'user.info.basic video.list video.data' });
    const consent = await beginConnect(test.platform.gatewayUrl, openBrowser());
    expect(new URL(consent.url).searchParams.get('scope')).toBe('user.info.basic,video.list,video.data');
    await gateway.restart({ TIKTOK_DISPLAY_SCOPES: '' });
  });
});
