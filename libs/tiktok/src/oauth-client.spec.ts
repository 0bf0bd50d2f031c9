import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import type { PlatformError } from '@trendpot/contracts';
import { DEFAULT_SCOPES, Dialect } from '@trendpot/contracts';
import { startFakeTikTok, type FakeTikTok } from '@trendpot/fake-tiktok';
import { secret } from '@trendpot/secrets';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authorizeUrl } from './authorize-url.ts';
import { createOAuthClient, type OAuthClient } from './oauth-client.ts';
import { codeChallenge, pkce } from './pkce.ts';
import { requestWasSent } from './transport-fault.ts';

const REDIRECT = 'http://127.0.0.1/callback';
const CLIENT_KEY = 'awfake0000000000';
const CLIENT_SECRET = 'fake-client-secret-0123456789';

const failure = (promise: Promise<unknown>): Promise<PlatformError> =>
  promise.then(
    () => Promise.reject(new Error('the call did not fail')),
    (error: unknown) => error as PlatformError,
  );

describe.each(Dialect.options)('OAuth in the %s dialect', (dialect) => {
  let fake: FakeTikTok;
  let client: OAuthClient;
  const clientWith = (...secrets: readonly string[]): OAuthClient =>
    createOAuthClient({
      baseUrl: fake.url,
      clientKey: CLIENT_KEY,
      clientSecrets: () => secrets.map((value) => secret(value)),
      timeoutMs: 1000,
    });

  const control = (path: string, body: unknown = {}, method = 'POST') =>
    fetch(`${fake.url}/__control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  /** What the browser does: opens the page, approves it, comes back with a code. */
  const codeFor = async (challenge?: string): Promise<string> => {
    const page = new URL(
      authorizeUrl({
        authorizeUrl: `${fake.url}/v2/auth/authorize/`,
        clientKey: CLIENT_KEY,
        scopes: DEFAULT_SCOPES[dialect],
        redirectUri: REDIRECT,
        state: 'state-0123456789',
        ...(challenge === undefined ? {} : { codeChallenge: challenge }),
      }),
    );
    expect((await fetch(page)).status).toBe(200);
    const form = new URLSearchParams(page.searchParams);
    form.set('decision', 'approve');
    form.set('creator', 'sample');
    for (const scope of (form.get('scope') ?? '').split(',')) form.append('scopes', scope);
    const back = await fetch(`${page.origin}${page.pathname}decision`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    return new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
  };
  const connect = async () => client.exchange({ code: await codeFor(), redirectUri: REDIRECT });

  beforeAll(async () => {
    fake = await startFakeTikTok();
    client = clientWith(CLIENT_SECRET);
  });
  beforeEach(async () => {
    await control('/reset');
    await control('/knobs', { dialect }, 'PATCH');
  });
  afterAll(async () => {
    client.close();
    await fake.close();
  });

  it('redeems a code with stars and exclamation marks, once', async () => {
    const code = await codeFor();
    expect(code).toContain('*0!');
    const grant = await client.exchange({ code, redirectUri: REDIRECT });
    expect(grant).toMatchObject({ accessExpiresInSeconds: 7200, refreshExpiresInSeconds: 15_552_000 });
    expect(grant.scopes).toEqual(DEFAULT_SCOPES[dialect]);
    expect(grant.openId).toMatch(/^-000/);
    expect(inspect(grant)).not.toContain(grant.accessToken.reveal());
    expect((await failure(client.exchange({ code, redirectUri: REDIRECT }))).code).toBe('E_CODE_REJECTED');
  });

  it('proves itself with the verifier behind the challenge', async () => {
    const { verifier, challenge } = pkce();
    const code = await codeFor(challenge);
    const grant = await client.exchange({ code, redirectUri: REDIRECT, codeVerifier: verifier });
    expect(grant.openId).toBeDefined();
    const other = await codeFor(challenge);
    const wrong = client.exchange({ code: other, redirectUri: REDIRECT, codeVerifier: pkce().verifier });
    expect((await failure(wrong)).code).toBe('E_CODE_REJECTED');
  });

  it.each([200, 400])('decides by the body when errors come with status %d', async (oauthErrorStatus) => {
    await control('/knobs', { oauthErrorStatus }, 'PATCH');
    const code = await codeFor();
    const moved = client.exchange({ code, redirectUri: 'http://127.0.0.1/elsewhere' });
    expect((await failure(moved)).code).toBe('E_CODE_REJECTED');
    const void_ = client.refresh({ refreshToken: secret('rft.nobody') });
    expect((await failure(void_)).code).toBe('E_NEEDS_CONSENT');
    const unknown = client.revoke({ accessToken: secret('act.nobody') });
    expect((await failure(unknown)).code).toBe('E_TIKTOK_REQUEST_REJECTED');
    const stranger = clientWith('not-the-secret-0123456789');
    expect((await failure(stranger.refresh({ refreshToken: secret('rft.x') }))).code).toBe('E_TIKTOK_CLIENT_REJECTED');
    stranger.close();
  });

  it('brings a new pair, after which the old refresh token is void', async () => {
    const first = await connect();
    const second = await client.refresh({ refreshToken: first.refreshToken });
    expect(second.refreshToken.reveal()).not.toBe(first.refreshToken.reveal());
    expect((await failure(client.refresh({ refreshToken: first.refreshToken }))).code).toBe('E_NEEDS_CONSENT');
  });

  it.each(['', '{}'])('revokes a grant, answered with %j', async (revokeBody) => {
    await control('/knobs', { revokeBody }, 'PATCH');
    const { accessToken, refreshToken } = await connect();
    await client.revoke({ accessToken });
    expect((await failure(client.refresh({ refreshToken }))).code).toBe('E_NEEDS_CONSENT');
  });

  it('tries the other client secret while one replaces the other, each once', async () => {
    const code = await codeFor();
    const rotating = clientWith('the-next-secret-0123456789', CLIENT_SECRET, 'a-third-that-is-never-tried');
    let sends = 0;
    const grant = await rotating.exchange({ code, redirectUri: REDIRECT, beforeSend: () => (sends += 1) });
    rotating.close();
    expect([grant.openId !== undefined, sends]).toEqual([true, 2]);
  });

  it('needs a client secret', async () => {
    const none = clientWith();
    expect((await failure(none.refresh({ refreshToken: secret('rft.x') }))).code).toBe('E_TIKTOK_CLIENT_REJECTED');
  });

  it.each<[Record<string, unknown>, string]>([
    [{ what: 'drop' }, 'E_TIKTOK_UNAVAILABLE'],
    [{ what: 'reset' }, 'E_TIKTOK_UNAVAILABLE'],
    [{ what: 'garbage' }, 'E_TIKTOK_RESPONSE_INVALID'],
    [{ what: 'error', status: 500, code: 'server_error' }, 'E_TIKTOK_UNAVAILABLE'],
  ])('says of a refresh that met %j that TikTok may have acted, and shows no token', async (fault, code) => {
    const { refreshToken } = await connect();
    await control('/knobs', { oauthErrorStatus: 200 }, 'PATCH');
    await control('/fail-next', { route: '/v2/oauth/token/', ...fault });
    const error = await failure(client.refresh({ refreshToken }));
    expect([error.code, requestWasSent(error)]).toEqual([code, true]);
    const shown = `${error.message}${inspect(error, { depth: 9 })}`;
    for (const hidden of [refreshToken.reveal(), CLIENT_SECRET]) expect(shown).not.toContain(hidden);
  });
});

describe('a token answer', () => {
  const answering = async (
    body: unknown,
    ask: (client: OAuthClient) => Promise<unknown>,
    status = 200,
  ): Promise<unknown> => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'retry-after': '3' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = createOAuthClient({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clientKey: 'k',
      clientSecrets: () => [secret('s')],
    });
    try {
      return await ask(client).catch((error: unknown) => error);
    } finally {
      client.close();
      server.close();
    }
  };
  const refresh = (client: OAuthClient) => client.refresh({ refreshToken: secret('rft.old') });
  const pair = { access_token: 'act.1', refresh_token: 'rft.1', open_id: 'o', scope: 'a, b' };

  it('may be nested as the first version had it, and its lifetimes may be text', async () => {
    const grant = await answering({ data: { ...pair, expires_in: '3600' }, message: 'success' }, refresh);
    expect(grant).toMatchObject({ accessExpiresInSeconds: 3600, scopes: ['a', 'b'], openId: 'o' });
  });

  it('is never thrown away for a lifetime it lacks: the shortest known one counts', async () => {
    const grant = await answering(pair, refresh);
    expect(grant).toMatchObject({ accessExpiresInSeconds: 7200, refreshExpiresInSeconds: 15_552_000 });
  });

  it.each([429, 500, 503])('of status %d is no verdict about the grant, whatever it says', async (status) => {
    const error = await answering({ error: 'invalid_grant' }, refresh, status);
    const code = status === 429 ? 'E_TIKTOK_RATE_LIMITED' : 'E_TIKTOK_UNAVAILABLE';
    expect(error).toMatchObject({ code, afterMs: 3000 });
  });

  it('without a refresh token leaves the one that was used', async () => {
    const grant = (await answering({ access_token: 'act.1' }, refresh)) as { refreshToken: { reveal(): string } };
    expect(grant.refreshToken.reveal()).toBe('rft.old');
  });

  it.each([
    [{ refresh_token: 'rft.1', open_id: 'o' }, 'the token answer lacks a usable access_token'],
    [{ access_token: 'act.1', open_id: 'o' }, 'the token answer lacks refresh_token'],
    [{ access_token: 'act.1', refresh_token: 'rft.1' }, 'the token answer lacks open_id'],
  ])('of %j is refused for what it lacks', async (body, message) => {
    const error = await answering(body, (client) => client.exchange({ code: 'c', redirectUri: REDIRECT }));
    expect(error).toMatchObject({ code: 'E_TIKTOK_RESPONSE_INVALID', message });
  });
});

describe('the authorize page', () => {
  const options = {
    authorizeUrl: 'https://www.tiktok.com/v2/auth/authorize/',
    clientKey: 'aw1',
    scopes: ['user.info.basic', 'video.list'],
    redirectUri: 'https://trendpot.example/callback',
    state: 's',
  };

  it('is asked for with a client key and scopes joined by commas', () => {
    expect(authorizeUrl(options)).toBe(
      'https://www.tiktok.com/v2/auth/authorize/?client_key=aw1&scope=user.info.basic%2Cvideo.list' +
        '&response_type=code&redirect_uri=https%3A%2F%2Ftrendpot.example%2Fcallback&state=s',
    );
    expect(authorizeUrl({ ...options, codeChallenge: 'ff', alwaysAsk: true })).toMatch(
      /&disable_auto_auth=1&code_challenge=ff&code_challenge_method=S256$/,
    );
  });

  it('gets the challenge in hex, which is TikTok’s own way', () => {
    expect(codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      '13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3',
    );
    const { verifier, challenge } = pkce();
    expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
    expect(challenge).toBe(codeChallenge(verifier));
  });
});
