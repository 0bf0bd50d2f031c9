import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { challengeOf } from './pkce.ts';
import { REDIRECT } from './testing/app.ts';
import { appOfThisFile } from './testing/app-of-this-file.ts';

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const HEX = '13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3';

const app = appOfThisFile();
beforeEach(() => app.control('POST', '/reset'));

describe('the exchange of a code', () => {
  it('is answered flat, without error and data', async () => {
    const { status, body } = await app.exchange(await app.codeOf({}, ['video.list']));
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual([
      'access_token',
      'expires_in',
      'open_id',
      'refresh_expires_in',
      'refresh_token',
      'scope',
      'token_type',
    ]);
    expect(body).toMatchObject({ scope: 'user.info.basic,video.list', expires_in: 7200, token_type: 'Bearer' });
    expect(body['access_token']).toMatch(/^act\..+!\d+$/);
    expect(body['refresh_token']).toMatch(/^rft\./);
  });

  it('works once for a code, and also fails once only', async () => {
    const code = await app.codeOf();
    await app.exchange(code);
    expect((await app.exchange(code)).body).toMatchObject({ error: 'invalid_grant' });
    const burnt = await app.codeOf();
    await app.exchange(burnt, { redirect_uri: `${REDIRECT}/` });
    expect((await app.exchange(burnt)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('wants a code that is not too old', async () => {
    await app.knobs({ codeSeconds: 0 });
    expect((await app.exchange(await app.codeOf())).body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'Authorization code is expired.',
    });
  });

  it('wants the very redirect address of the consent', async () => {
    const { body } = await app.exchange(await app.codeOf(), { redirect_uri: `${REDIRECT}/` });
    expect(body).toMatchObject({
      error: 'invalid_request',
      error_description: 'Redirect_uri is not matched with the uri when requesting code.',
    });
  });

  it('checks PKCE in hex; a base64url challenge passes the consent and fails here', async () => {
    expect(challengeOf(VERIFIER)).toBe(HEX);
    const method = { code_challenge_method: 'S256' };
    const exchange = async (challenge: string, verifier?: string) =>
      app.exchange(
        await app.codeOf({ code_challenge: challenge, ...method }),
        verifier === undefined ? {} : { code_verifier: verifier },
      );
    expect((await exchange(HEX, VERIFIER)).body).toHaveProperty('access_token');
    const base64url = createHash('sha256').update(VERIFIER).digest('base64url');
    for (const failed of [
      await exchange(base64url, VERIFIER),
      await exchange(HEX),
      await exchange(HEX, VERIFIER.slice(1)),
    ]) {
      expect(failed.body).toMatchObject({
        error: 'invalid_request',
        error_description: 'Code verifier or code challenge is invalid.',
      });
    }
  });

  it('refuses another app’s code', async () => {
    await app.control('POST', '/clients', { key: 'awother', secrets: ['s'] });
    const { body } = await app.exchange(await app.codeOf(), { client_key: 'awother', client_secret: 's' });
    expect(body).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('the token endpoint', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a wrong secret', { client_secret: 'wrong', grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_client'],
    ['an unknown app', { client_key: 'aw', grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_client'],
    ['no secret', { client_secret: '', grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_request'],
    ['no grant type', {}, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'rft.x' }, 'invalid_grant'],
    ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_request'],
  ])('refuses %s with status 200', async (_what, fields, error) => {
    expect(await app.token(fields)).toMatchObject({ status: 200, body: { error } });
  });

  it('refuses JSON, and no body at all', async () => {
    const post = (init: RequestInit) => app.request('/v2/oauth/token/', { method: 'POST', ...init });
    const json = await post({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(app.credentials) });
    for (const answer of [json, await post({})]) {
      expect(answer.body).toMatchObject({
        error: 'invalid_request',
        error_description: 'The request parameters are malformed.',
      });
    }
  });

  it.each([400, 401])('can answer errors with status %d', async (oauthErrorStatus) => {
    await app.knobs({ oauthErrorStatus });
    expect((await app.refresh('rft.x')).status).toBe(oauthErrorStatus);
  });
});

describe('a refresh', () => {
  it('kills the old refresh token the moment a new pair is issued, and says how often that was tried', async () => {
    const first = await app.signIn();
    const { body } = await app.refresh(first.refresh);
    expect(body['refresh_token']).not.toBe(first.refresh);
    expect((await app.refresh(first.refresh)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await app.refresh(String(body['refresh_token']))).body).toHaveProperty('access_token');
    const { body: grants } = await app.control('GET', '/grants');
    expect(grants).toMatchObject([{ generation: 3, lateRefreshes: 1, revoked: false, liveAccessTokens: 3 }]);
  });

  it('can return the same refresh token', async () => {
    await app.knobs({ rotation: 'same-token' });
    const { refresh } = await app.signIn();
    expect((await app.refresh(refresh)).body).toMatchObject({ refresh_token: refresh });
    expect((await app.refresh(refresh)).body).toMatchObject({ refresh_token: refresh });
  });

  it('fails when the refresh token has expired', async () => {
    const { refresh } = await app.signIn();
    await app.control('POST', '/grants/sample/expire-refresh');
    expect((await app.refresh(refresh)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('says the lifetimes that the knobs set', async () => {
    const { refresh } = await app.signIn();
    await app.knobs({ accessTokenSeconds: 86_400, refreshTokenSeconds: 31_536_000 });
    expect((await app.refresh(refresh)).body).toMatchObject({ expires_in: 86_400, refresh_expires_in: 31_536_000 });
  });

  it('is seen to run beside another one of the same creator, while both are held', async () => {
    const { refresh } = await app.signIn();
    for (const id of ['one', 'two']) await app.control('POST', '/hold-next', { route: '/v2/oauth/token/', id });
    const both = [app.refresh(refresh), app.refresh(refresh)];
    for (const id of ['one', 'two']) expect((await app.control('GET', `/held/${id}`)).body).toEqual({ held: true });
    for (const id of ['one', 'two']) await app.control('POST', `/release/${id}`);
    const errors = (await Promise.all(both)).map(({ body }) => body['error']);
    expect(errors.filter((error) => error === undefined)).toHaveLength(1);
    expect((await app.control('GET', '/grants')).body).toMatchObject([{ maxRefreshesInFlight: 2 }]);
  });
});

describe('a revocation', () => {
  it('needs a live access token, and ends the whole grant', async () => {
    const { access, refresh } = await app.signIn();
    expect((await app.revoke(access)).text).toBe('{}');
    expect((await app.revoke(access)).body).toMatchObject({ error: 'invalid_request' });
    expect((await app.list(access)).code).toBe('access_token_invalid');
    expect((await app.refresh(refresh)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await app.control('GET', '/grants')).body).toMatchObject([
      { revoked: true, voidedReason: 'revoked-by-app', liveAccessTokens: 0 },
    ]);
  });

  it('leaves the grant alive when the access token has expired', async () => {
    const { access, refresh } = await app.signIn();
    await app.control('POST', '/grants/sample/expire-access');
    expect((await app.revoke(access)).body).toMatchObject({ error: 'invalid_request' });
    expect((await app.refresh(refresh)).body).toHaveProperty('access_token');
  });

  it('can be answered with nothing', async () => {
    const { access } = await app.signIn();
    await app.knobs({ revokeBody: '' });
    expect(await app.revoke(access)).toMatchObject({ status: 200, text: '' });
  });

  it.each([
    ['replaces', 'invalid_request', false],
    ['joins', undefined, true],
  ])('with a token of before the creator consented again, which %s, answers %p', async (consentAgain, error, ended) => {
    await app.knobs({ consentAgain });
    const { access } = await app.signIn();
    const { refresh } = await app.signIn();
    expect((await app.revoke(access)).body['error']).toBe(error);
    expect((await app.refresh(refresh)).body['error']).toBe(ended ? 'invalid_grant' : undefined);
  });

  it('is refused for the token of another app', async () => {
    const { access } = await app.signIn();
    await app.control('POST', '/clients', { key: 'awother', secrets: ['s'] });
    const { body } = await app.form('/v2/oauth/revoke/', { client_key: 'awother', client_secret: 's', token: access });
    expect(body).toMatchObject({ error: 'invalid_request' });
    expect((await app.list(access)).code).toBe('ok');
  });
});
