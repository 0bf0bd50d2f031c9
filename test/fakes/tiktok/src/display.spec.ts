import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_CLIENT, startFakeTikTok, type FakeTikTok } from './index.ts';

const REDIRECT = 'http://127.0.0.1:9/callback';
const SCOPES = ['user.info.basic', 'video.list', 'video.data', 'webhook.subscription'];

let fake: FakeTikTok;
let accessToken: string;

const signIn = async (creator: string): Promise<string> => {
  const decision = await fetch(`${fake.url}/v2/auth/authorize/decision`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([
      ['client_key', DEFAULT_CLIENT.key],
      ['redirect_uri', REDIRECT],
      ['response_type', 'code'],
      ['state', 's'],
      ['creator', creator],
      ['decision', 'approve'],
      ...SCOPES.map((scope) => ['scopes', scope]),
    ]),
  });
  const code = new URL(decision.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const answer = await fetch(`${fake.url}/v2/oauth/token/`, {
    method: 'POST',
    body: new URLSearchParams({
      client_key: DEFAULT_CLIENT.key,
      client_secret: DEFAULT_CLIENT.secrets[0] ?? '',
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
};

interface Answer {
  readonly status: number;
  readonly data: { videos?: Record<string, unknown>[]; cursor?: number; has_more?: boolean };
  readonly code: string;
}

const post = async (path: string, body: unknown, token = accessToken): Promise<Answer> => {
  const response = await fetch(`${fake.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { data, error } = (await response.json()) as { data: Answer['data']; error: { code: string } };
  return { status: response.status, data, code: error.code };
};

const control = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${fake.url}/__control${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

beforeAll(async () => {
  fake = await startFakeTikTok();
  accessToken = await signIn('sample');
});
afterAll(() => fake.close());
afterEach(() => control('PATCH', '/knobs', { dialect: 'alignment', perMinute: 600, countsMissing: [], concurrent: 0 }));

describe('the fake’s Display API', () => {
  it('calls every success ok and returns exactly the fields asked for', async () => {
    const { status, code, data } = await post('/v2/video/list/?fields=id,view_count', { max_count: 2 });
    expect([status, code]).toEqual([200, 'ok']);
    expect(Object.keys(data.videos?.[0] ?? {}).sort()).toEqual(['id', 'view_count']);
    expect(typeof data.videos?.[0]?.['id']).toBe('string');
  });

  it.each<[string, string, unknown]>([
    ['no fields', '/v2/video/list/', {}],
    ['an unknown field', '/v2/video/list/?fields=id,stats', {}],
    ['more than twenty a page', '/v2/video/list/?fields=id', { max_count: 21 }],
    ['a cursor of null', '/v2/video/list/?fields=id', { cursor: null }],
    ['more than twenty ids', '/v2/video/data/?fields=id', { filters: { video_ids: Array(21).fill('1') } }],
    ['ids that are numbers', '/v2/video/data/?fields=id', { filters: { video_ids: [1] } }],
  ])('refuses %s', async (_what, path, body) => {
    expect(await post(path, body)).toMatchObject({ status: 400, code: 'invalid_params' });
  });

  it('answers for single videos at the endpoint of the dialect alone', async () => {
    const [first] = (await post('/v2/video/list/?fields=id', { max_count: 1 })).data.videos ?? [];
    const body = { filters: { video_ids: [String(first?.['id']), '1234567890123456789'] } };
    expect((await post('/v2/video/data/?fields=id', body)).data.videos).toHaveLength(1);
    expect((await post('/v2/video/query/?fields=id', body)).status).toBe(404);
    await control('PATCH', '/knobs', { dialect: 'published' });
    expect((await post('/v2/video/query/?fields=id', body)).data.videos).toHaveLength(1);
    expect((await post('/v2/video/data/?fields=id', body)).status).toBe(404);
  });

  it('leaves out the videos of another creator without a word', async () => {
    const other = await signIn('prolific');
    const [theirs] = (await post('/v2/video/list/?fields=id', { max_count: 1 }, other)).data.videos ?? [];
    const answer = await post('/v2/video/data/?fields=id', { filters: { video_ids: [theirs?.['id']] } });
    expect(answer.data.videos).toEqual([]);
  });

  it('refuses the call one too many in any window, without Retry-After', async () => {
    await control('DELETE', '/calls');
    await control('PATCH', '/knobs', { perMinute: 3 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await post('/v2/video/list/?fields=id', {})).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('holds a call at a gate until it is released, and says that it does', async () => {
    await control('POST', '/hold-next', { route: '/v2/video/list/', id: 'here' });
    const call = post('/v2/video/list/?fields=id', {});
    expect(await (await control('GET', '/held/here')).json()).toEqual({ held: true });
    await control('POST', '/release/here');
    expect((await call).status).toBe(200);
  });

  it('breaks a connection after the work was done', async () => {
    await control('POST', '/fail-next', { route: '/v2/video/list/', what: 'drop' });
    await expect(post('/v2/video/list/?fields=id', {})).rejects.toThrow();
  });

  it('refuses a knob that does not exist and changes nothing', async () => {
    const answer = await control('PATCH', '/knobs', { latencyMs: 5, speed: 9 });
    expect(answer.status).toBe(400);
    expect(await (await control('GET', '/knobs')).json()).toMatchObject({ latencyMs: 0 });
  });

  it('can be without any video, in both shapes', async () => {
    const nobody = await signIn('none');
    expect((await post('/v2/video/list/?fields=id', {}, nobody)).data).toEqual({
      videos: [],
      cursor: 0,
      has_more: false,
    });
    await control('PATCH', '/knobs', { emptyLibrary: 'no-data' });
    expect(await post('/v2/video/list/?fields=id', {}, nobody)).toMatchObject({ code: 'ok', data: undefined });
  });
});
