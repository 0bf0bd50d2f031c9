import { beginConnect, openBrowser, readForm, type Browser } from '@trendpot/local-platform';
import { eventually, type ConnectedCreator } from '@trendpot/testing';
import type { GuardedPlatform } from './guarded-platform.ts';

/** Everything a creator, TikTok or an operator does, good and bad, on one platform. */
export const makeFlows = (guarded: GuardedPlatform) => {
  const { test, secrets, kms, webhookSecret, operatorToken } = guarded;
  const { tiktok, collections, platform } = test;
  const gateway = platform.gatewayUrl;

  const rememberAddress = (address: string): void => {
    const { searchParams } = new URL(address);
    const [state, code] = [searchParams.get('state'), searchParams.get('code')];
    if (state !== null) secrets.add('state', state);
    if (code !== null) secrets.add('authorization code', code);
  };
  const rememberSession = async (browser: Browser): Promise<void> => {
    for (const pair of (await browser.cookieHeader(gateway)).split('; ')) {
      const value = pair.split('=')[1] ?? '';
      if (value.length >= 16) secrets.add('session cookie', value);
    }
  };

  const connect = async (creator: string, videos: number): Promise<ConnectedCreator> => {
    await tiktok.post('/creators', { handle: creator, videos });
    const connected = await test.connect({ creator });
    rememberAddress(connected.authorizeUrl);
    rememberAddress(connected.callbackUrl);
    await rememberSession(connected.browser);
    return connected;
  };
  const connectAndSync = async (creator: string, videos = 3): Promise<ConnectedCreator> => {
    const connected = await connect(creator, videos);
    await test.untilState(connected.accountId, 'healthy');
    return connected;
  };
  /** The consent page's answer, as far as the address TikTok sends the browser back to. */
  const decide = async (browser: Browser, creator: string, decision: 'approve' | 'deny'): Promise<string> => {
    const consent = await beginConnect(gateway, browser);
    const { action, fields } = readForm(consent.text, consent.url);
    fields.set('creator', creator);
    fields.set('decision', decision);
    const { location } = await browser.post(action, fields);
    if (location === undefined) throw new Error('TikTok did not send the browser back');
    rememberAddress(location);
    await rememberSession(browser);
    return location;
  };

  const untilPlayed = () =>
    eventually(async () => (await tiktok.get<unknown[]>('/fail-next')).length === 0, {
      withinMs: 20_000,
      what: 'every fault having been played',
    });
  const account = (accountId: string) => collections.accounts.findOne({ _id: accountId });
  /** Makes a credential look two hours old, so that it is replaced when it is needed next. */
  const age = (accountId: string, left: 'none' | 'some') => {
    const longAgo = new Date(Date.now() - 7_000_000);
    const end = left === 'none' ? { 'credential.accessTokenExpiresAt': longAgo } : {};
    return collections.accounts.updateOne({ _id: accountId }, { $set: { 'credential.issuedAt': longAgo, ...end } });
  };
  const untilGeneration = (accountId: string, generation: number) =>
    eventually(async () => ((await account(accountId))?.credential?.generation ?? 0) >= generation, {
      withinMs: 20_000,
      what: `generation ${generation}`,
    });
  const operator = (method: string, path: string, token: string, body?: unknown) =>
    fetch(`${gateway}/operator${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const webhook = (order: Record<string, unknown>) =>
    tiktok.post<{ statuses: number[] }>('/webhooks', {
      target: `${gateway}/webhooks/tiktok`,
      secret: webhookSecret,
      tries: 1,
      ...order,
    });

  return {
    connectAndSync,

    async library({ api, accountId }: ConnectedCreator, handle: string) {
      const [fresh] = await tiktok.post<string[]>(`/creators/${handle}/videos`, { videos: 1 });
      await api.call('GET', `/api/accounts/${accountId}/videos/${fresh}`);
      await api.call('GET', `/api/accounts/${accountId}/videos/live`);
      await api.call('GET', `/api/accounts/${accountId}/videos`);
      await api.call('GET', `/api/accounts/${accountId}/videos/7000000000000000000`);
    },

    async refusedCallbacks() {
      const browser = openBrowser();
      await browser.get(await decide(browser, 'sample', 'deny'));
      const stolen = await decide(openBrowser(), 'sample', 'approve');
      await browser.get(stolen);
      const late = openBrowser();
      const callback = new URL(await decide(late, 'sample', 'approve'));
      callback.searchParams.set('code', `tampered${callback.searchParams.get('code')}`);
      rememberAddress(callback.href);
      await late.get(callback.href);
      await late.get(callback.href);
    },

    async malformedExchange() {
      await tiktok.post('/fail-next', {
        route: '/v2/oauth/token/',
        what: 'garbage',
        body: '{"access_token":"act.garbagegarbagegarbage0123456789","refresh_token":"rft.garbagegarbagegarbage0123456789"',
      });
      const browser = openBrowser();
      await browser.get(await decide(browser, 'sample', 'approve'));
      await untilPlayed();
    },

    async kmsTrouble() {
      const meet = async (status: number, type: string): Promise<() => Promise<boolean>> => {
        const browser = openBrowser();
        const callback = await decide(browser, 'sample', 'approve');
        kms.answerNext(2, { status, body: JSON.stringify({ __type: type, message: type }) });
        await browser.get(callback);
        kms.clear();
        return async () => (await browser.follow(await browser.get(callback))).url.includes('/account');
      };
      for (const type of ['ThrottlingException', 'KMSInternalException']) {
        await eventually(await meet(500, type), { everyMs: 250, what: 'the consent being kept' });
      }
      await meet(400, 'AccessDeniedException');
      // A vault that has just started unwraps every data key again.
      await platform.service('token-vault').restart();
    },

    async tokenRefreshed({ accountId }: ConnectedCreator) {
      const before = (await account(accountId))?.credential?.generation ?? 0;
      await age(accountId, 'none');
      await untilGeneration(accountId, before + 1);
    },

    async tokenRefusedByTikTok({ accountId }: ConnectedCreator, handle: string) {
      const before = (await account(accountId))?.credential?.generation ?? 0;
      await age(accountId, 'some');
      await tiktok.post(`/grants/${handle}/expire-access`);
      await untilGeneration(accountId, before + 1);
    },

    async tiktokInTrouble() {
      await tiktok.post('/fail-next', [
        { route: '/v2/video/data/', what: 'error', status: 429, headers: { 'retry-after': '1' } },
        { route: '/v2/video/data/', what: 'error', status: 500 },
        { route: '/v2/video/data/', what: 'reset' },
        { route: '/v2/video/data/', what: 'garbage', body: 'act.garbagegarbagegarbage9876543210 <html>' },
        { route: '/v2/video/list/', what: 'error', status: 401 },
        { route: '/v2/video/list/', what: 'error', status: 503 },
        { route: '/v2/video/list/', what: 'drop' },
        { route: '/v2/video/list/', what: 'garbage' },
      ]);
      secrets.add('access token', 'act.garbagegarbagegarbage9876543210');
      await connect('troubled', 3);
      await untilPlayed();
    },

    /** TikTok's answer to a refresh is lost: the consent cannot be saved. */
    async lostRefresh({ accountId }: ConnectedCreator) {
      await tiktok.post('/fail-next', { route: '/v2/oauth/token/', what: 'drop' });
      await age(accountId, 'none');
      await test.untilState(accountId, 'needs_consent');
      await untilPlayed();
    },

    async webhooks(handle: string, { accountId }: ConnectedCreator) {
      await webhook({ creator: handle, badSignature: true });
      await webhook({ creator: handle, staleSeconds: 4000 });
      await webhook({ creator: handle, secret: 'another secret of somebody' });
      await webhook({ creator: handle });
      await test.untilState(accountId, 'revoked');
    },

    async disconnect({ api, accountId }: ConnectedCreator) {
      await tiktok.post('/fail-next', { route: '/v2/oauth/revoke/', what: 'error', status: 500 });
      await api.disconnect(accountId, 'moving on');
      await test.untilState(accountId, 'revoked');
      await eventually(async () => (await account(accountId))?.revocation?.atTikTok === 'revoked', {
        withinMs: 30_000,
        what: 'the end being told to TikTok',
      });
    },

    async operations({ accountId }: ConnectedCreator) {
      await operator('GET', '/vault', operatorToken);
      await operator('GET', `/accounts/${accountId}`, operatorToken);
      await operator('GET', `/accounts/${accountId}/vault`, operatorToken);
      await operator('GET', '/dead-letters', operatorToken);
      await operator('POST', `/accounts/${accountId}/resync`, operatorToken, { dryRun: false, reason: 'a look' });
      await operator('GET', '/vault', `${operatorToken}x`);
      await operator('POST', `/accounts/${accountId}/resync`, operatorToken.slice(1), {});
    },

    /** Secrets where they have no business: in paths, queries, headers and bodies. */
    async misplacedSecrets({ api, accountId, browser }: ConnectedCreator) {
      const token = secrets.named('access token')[0]?.value.toString('utf8') ?? '';
      const code = secrets.named('authorization code')[0]?.value.toString('utf8') ?? '';
      await api.call('GET', `/api/accounts/${encodeURIComponent(token)}`);
      await api.call('GET', `/api/accounts/${accountId}/videos?cursor=${encodeURIComponent(token)}`);
      await operator('GET', `/accounts/${encodeURIComponent(token)}`, operatorToken);
      await operator(
        'GET',
        `/dead-letters?code=${encodeURIComponent(token)}&limit=${encodeURIComponent(token)}`,
        token,
      );
      await browser.get(`${gateway}/auth/tiktok/callback?${new URLSearchParams({ code, state: code }).toString()}`);
      await browser.get(`${gateway}/${encodeURIComponent(token)}?access_token=${encodeURIComponent(token)}`);
      for (const path of ['/webhooks/tiktok', '/connect', `/operator/accounts/${accountId}/resync`]) {
        await fetch(`${gateway}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'tiktok-signature': token },
          body: `{"access_token":"${token}`,
        });
      }
    },
  };
};
