import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_CLIENT } from './index.ts';
import { REDIRECT } from './testing/app.ts';
import { appOfThisFile } from './testing/app-of-this-file.ts';

const REGISTERED = 'https://trendpot.example/tiktok/callback';

const app = appOfThisFile();
beforeAll(async () => {
  await app.control('POST', '/clients', { key: 'awstrict', secrets: ['s'], redirectUris: [REGISTERED] });
});
beforeEach(() => app.control('POST', '/reset'));

const authorize = (fields: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    client_key: DEFAULT_CLIENT.key,
    scope: 'user.info.basic,video.list',
    response_type: 'code',
    redirect_uri: REDIRECT,
    state: 'st"ate',
    ...fields,
  });
  return app.request(`/v2/auth/authorize/?${query.toString()}`);
};

describe('the consent page', () => {
  it('offers the creators, the scopes asked for and both decisions, and cannot be broken out of', async () => {
    const { status, text } = await authorize({ disable_auto_auth: '1' });
    expect(status).toBe(200);
    expect(text).toContain('<option value="sample" selected>@sample, 137 videos');
    expect(text).toContain('name="scopes" value="video.list" checked');
    expect(text).toContain('value="st&quot;ate"');
    expect(text).not.toContain('video.data');
    expect(text).toMatch(/value="approve".*value="deny"/s);
  });

  it('has another creator selected when asked to', async () => {
    expect((await authorize({ creator: 'prolific' })).text).toContain('<option value="prolific" selected>');
  });

  it.each<[string, Record<string, string>, string]>([
    ['an unknown app', { client_key: 'aw' }, 'unauthorized_client'],
    ['a redirect address elsewhere', { redirect_uri: 'https://elsewhere.example/callback' }, 'unauthorized_client'],
    ['a redirect address with a query', { redirect_uri: `${REDIRECT}?a=1` }, 'unauthorized_client'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['scopes separated by spaces', { scope: 'user.info.basic video.list' }, 'invalid_scope'],
    ['no scope', { scope: '' }, 'invalid_scope'],
    ['no state', { state: '' }, 'invalid_request'],
    ['a plain challenge', { code_challenge: 'x', code_challenge_method: 'plain' }, 'invalid_request'],
  ])('shows TikTok’s own error page for %s', async (_what, fields, error) => {
    const { status, text, headers } = await authorize(fields);
    expect([status, headers.get('location')]).toEqual([400, null]);
    expect(text).toContain(error);
  });

  it('knows the two invented scopes in the alignment dialect alone', async () => {
    const scope = 'video.list,video.data,webhook.subscription';
    expect((await authorize({ scope })).status).toBe(200);
    await app.knobs({ dialect: 'published' });
    expect((await authorize({ scope })).text).toContain('invalid_scope');
  });

  it('takes a registered redirect address as it is written only', async () => {
    const status = async (redirect_uri: string) => (await authorize({ client_key: 'awstrict', redirect_uri })).status;
    expect(await status(REGISTERED)).toBe(200);
    for (const other of [`${REGISTERED}/`, REGISTERED.toUpperCase(), REDIRECT]) expect(await status(other)).toBe(400);
  });
});

describe('a decision', () => {
  it('leads back with code, scopes and state in the recorded order and encoding', async () => {
    const target = await app.decide();
    expect([...target.searchParams.keys()]).toEqual(['code', 'scopes', 'state']);
    expect(target.searchParams.get('code')).toMatch(/\*0!\d{4}\.va$/);
    expect(target.search).toMatch(/%2A0%21\d{4}\.va&scopes=user\.info\.basic%2Cvideo\.list/);
  });

  it('leads back with access_denied when it is no', async () => {
    const { searchParams } = await app.decide({ decision: 'deny' });
    expect(Object.fromEntries(searchParams)).toMatchObject({ error: 'access_denied', state: 's-1' });
    expect(searchParams.has('code')).toBe(false);
  });

  it('grants what was ticked, never more than was asked for, and always the basic scope', async () => {
    const asked = { scope: 'user.info.basic,video.list,video.data' };
    expect((await app.decide(asked, ['video.data'])).searchParams.get('scopes')).toBe('user.info.basic,video.data');
    expect((await app.decide(asked, ['webhook.subscription'])).searchParams.get('scopes')).toBe('user.info.basic');
  });

  it('grants what the knob says instead', async () => {
    await app.knobs({ grantedScopes: ['user.info.basic'] });
    expect((await app.decide()).searchParams.get('scopes')).toBe('user.info.basic');
  });

  it('replaces the grant that the creator gave before', async () => {
    const before = await app.signIn();
    await app.signIn();
    expect((await app.list(before.access)).code).toBe('access_token_invalid');
    expect((await app.refresh(before.refresh)).body).toMatchObject({ error: 'invalid_grant' });
  });
});
