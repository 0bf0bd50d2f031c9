import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_CLIENT, startFakeTikTok, type FakeTikTok } from './index.ts';
import { challengeOf } from './token-routes.ts';
import { signature } from './webhooks.ts';

const REDIRECT = 'http://127.0.0.1:9/callback';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

let fake: FakeTikTok;
beforeAll(async () => {
  fake = await startFakeTikTok();
});
afterAll(() => fake.close());

const consent = async (fields: Record<string, string> = {}): Promise<URL> => {
  const response = await fetch(`${fake.url}/v2/auth/authorize/decision`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([
      ['client_key', DEFAULT_CLIENT.key],
      ['redirect_uri', REDIRECT],
      ['response_type', 'code'],
      ['state', 's-1'],
      ['creator', 'sample'],
      ['decision', fields['decision'] ?? 'approve'],
      ['scopes', 'user.info.basic'],
      ['scopes', 'video.list'],
      ...Object.entries(fields),
    ]),
  });
  return new URL(response.headers.get('location') ?? 'http://none');
};

const token = async (fields: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(`${fake.url}/v2/oauth/token/`, {
    method: 'POST',
    body: new URLSearchParams({
      client_key: DEFAULT_CLIENT.key,
      client_secret: DEFAULT_CLIENT.secrets[0] ?? '',
      ...fields,
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const exchange = async (fields: Record<string, string> = {}, challenge: Record<string, string> = {}) => {
  const code = (await consent(challenge)).searchParams.get('code') ?? '';
  return { code, ...(await token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...fields })) };
};

describe('the fake’s OAuth', () => {
  it('redirects with code, scopes and state in the recorded order, and the code has both troublesome characters', async () => {
    const target = await consent();
    expect([...target.searchParams.keys()]).toEqual(['code', 'scopes', 'state']);
    expect(target.searchParams.get('code')).toMatch(/\*.*!/);
  });

  it('answers a denial with access_denied', async () => {
    expect((await consent({ decision: 'deny' })).searchParams.get('error')).toBe('access_denied');
  });

  it('answers an exchange flat, without error and data', async () => {
    const { body } = await exchange();
    expect(Object.keys(body).sort()).toEqual(
      ['access_token', 'expires_in', 'open_id', 'refresh_expires_in', 'refresh_token', 'scope', 'token_type'].sort(),
    );
    expect(body['scope']).toBe('user.info.basic,video.list');
  });

  it('takes a code once', async () => {
    const { code } = await exchange();
    const again = await token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
    expect(again).toMatchObject({ status: 200, body: { error: 'invalid_grant' } });
  });

  it('wants the very same redirect address', async () => {
    expect((await exchange({ redirect_uri: `${REDIRECT}/` })).body).toMatchObject({ error: 'invalid_request' });
  });

  it('refuses JSON, a wrong secret and scopes separated by spaces', async () => {
    const json = await fetch(`${fake.url}/v2/oauth/token/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await json.json()).toMatchObject({ error: 'invalid_request' });
    expect((await exchange({ client_secret: 'wrong' })).body).toMatchObject({ error: 'invalid_client' });
    const spaced = await fetch(
      `${fake.url}/v2/auth/authorize/?client_key=${DEFAULT_CLIENT.key}&response_type=code&state=s&redirect_uri=${REDIRECT}&scope=user.info.basic%20video.list`,
    );
    expect(await spaced.text()).toContain('invalid_scope');
  });

  it('checks PKCE in hex, and a base64url challenge only fails at the exchange', async () => {
    expect(challengeOf(VERIFIER)).toBe('13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3');
    const method = { code_challenge_method: 'S256' };
    const good = await exchange({ code_verifier: VERIFIER }, { code_challenge: challengeOf(VERIFIER), ...method });
    expect(good.body).toHaveProperty('access_token');
    const base64url = createHash('sha256').update(VERIFIER).digest('base64url');
    const bad = await exchange({ code_verifier: VERIFIER }, { code_challenge: base64url, ...method });
    expect(bad.body).toMatchObject({ error: 'invalid_request' });
  });

  it('kills the old refresh token the moment a new pair is issued', async () => {
    const { body } = await exchange();
    const old = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
    expect((await token(old)).body).toHaveProperty('access_token');
    expect((await token(old)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('revokes by a live access token only', async () => {
    const { body } = await exchange();
    const revoke = (value: string) =>
      fetch(`${fake.url}/v2/oauth/revoke/`, {
        method: 'POST',
        body: new URLSearchParams({
          client_key: DEFAULT_CLIENT.key,
          client_secret: DEFAULT_CLIENT.secrets[0] ?? '',
          token: value,
        }),
      }).then((response) => response.json());
    expect(await revoke(String(body['access_token']))).toEqual({});
    expect(await revoke(String(body['access_token']))).toMatchObject({ error: 'invalid_request' });
  });

  it('signs webhooks as documented', () => {
    const body =
      '{"client_key":"awtest0000000000","event":"authorization.removed","create_time":1615338610,"user_openid":"-000TestOpenId","content":"{\\"reason\\": 1 }"}';
    expect(signature('test_client_secret', 1_633_174_587, body)).toBe(
      '5619e79b5787cac533da72ac6157d9b70be0083121d7206e281ddb6eca46f988',
    );
  });
});
