import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PlatformError } from '@trendpot/contracts';
import { Dialect } from '@trendpot/contracts';
import { accessTokenAt, startFakeTikTok, type FakeTikTok, type Knobs } from '@trendpot/fake-tiktok';
import { secret, type Secret } from '@trendpot/secrets';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDisplayClient, type DisplayClient } from './display-client.ts';
import { advance, type WalkPosition } from './page-walk.ts';

const control = async (fake: FakeTikTok, method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${fake.url}/__control${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
};

/** Nothing limits the calls of these tests. */
const by = (accessToken: Secret) => ({ accessToken, beforeSend: () => undefined });

const failure = (promise: Promise<unknown>): Promise<PlatformError> =>
  promise.then(
    () => Promise.reject(new Error('the call did not fail')),
    (error: unknown) => error as PlatformError,
  );

describe.each(Dialect.options)('the Display API in the %s dialect', (dialect) => {
  let fake: FakeTikTok;
  let client: DisplayClient;

  const tokenOf = async (creator: string, scopes = ['user.info.basic', 'video.list']): Promise<Secret> => {
    const granted = dialect === 'alignment' && scopes.includes('video.list') ? [...scopes, 'video.data'] : scopes;
    return secret(await accessTokenAt(fake.url, { creator, scopes: granted }));
  };
  const library = async (creator: string) =>
    ((await control(fake, 'GET', `/creators/${creator}/videos`)) as { id: string }[]).map(({ id }) => id);
  const walk = async (accessToken: Secret, maxCount = 20) => {
    const seen = new Set<string>();
    let position: WalkPosition = {};
    for (let calls = 1; ; calls += 1) {
      const { cursor } = position;
      const page = await client.listVideos({
        ...by(accessToken),
        maxCount,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { id } of page.videos) seen.add(id);
      const step = advance(position, page);
      if (step.kind !== 'next') return { seen: [...seen].sort(), calls, outcome: step.kind };
      position = step.position;
    }
  };

  beforeAll(async () => {
    fake = await startFakeTikTok();
    // Longer than any machine is slow.
    client = createDisplayClient({ baseUrl: fake.url, dialect, timeoutMs: 20_000 });
  });
  beforeEach(async () => {
    await control(fake, 'POST', '/reset');
    await control(fake, 'PATCH', '/knobs', { dialect, perMinute: 0 });
  });
  afterAll(async () => {
    client.close();
    await fake.close();
  });

  it.each<[string, Partial<Knobs>]>([
    ['as it comes', {}],
    ['with siblings of one second split by a page edge', { sameSecond: 'split' }],
    ['with siblings repeated on the next page', { sameSecond: 'repeated' }],
    ['in short pages', { shortPages: true, sameSecond: 'split' }],
    ['with an empty first page', { emptyPage: 1, sameSecond: 'split' }],
    ['with an empty page on the way', { emptyPage: 3, sameSecond: 'split' }],
    ['with a cursor that repeats', { repeatCursor: 2, sameSecond: 'split' }],
  ])('gives every video of a library, %s', async (_how, knobs) => {
    await control(fake, 'PATCH', '/knobs', knobs);
    const { seen, outcome } = await walk(await tokenOf('sample'));
    expect(outcome).toBe('end');
    expect(seen).toEqual((await library('sample')).sort());
    expect(seen).toHaveLength(137);
  });

  it('walks two thousand videos at the price of one place in twenty', async () => {
    const { seen, calls } = await walk(await tokenOf('prolific'));
    expect(seen).toEqual((await library('prolific')).sort());
    expect(calls).toBeLessThanOrEqual(112);
  });

  it.each(['empty-list', 'no-data'])('of a creator without videos ends at once (%s)', async (emptyLibrary) => {
    await control(fake, 'PATCH', '/knobs', { emptyLibrary });
    expect(await walk(await tokenOf('none'))).toEqual({ seen: [], calls: 1, outcome: 'end' });
  });

  it('describes a video in our words', async () => {
    const [video] = (await client.listVideos({ ...by(await tokenOf('sample')), maxCount: 1 })).videos;
    const [id] = await library('sample');
    expect(video).toMatchObject({ id, shareUrl: `https://www.tiktok.com/@sample/video/${id}` });
    expect(BigInt(video?.id ?? 0)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    expect(Object.keys(video?.counts ?? {}).sort()).toEqual(['comments', 'likes', 'shares', 'views']);
    expect(video?.embedHtml).toContain('embed.js');
    expect(video?.coverUrl).toMatch(/^https:\/\/.*x-expires=\d+/);
  });

  it('leaves a missing count out, because missing is not zero', async () => {
    await control(fake, 'PATCH', '/knobs', { countsMissing: ['view_count'] });
    const [video] = (await client.listVideos({ ...by(await tokenOf('sample')), maxCount: 1 })).videos;
    expect(Object.keys(video?.counts ?? {}).sort()).toEqual(['comments', 'likes', 'shares']);
  });

  it('looks videos up by id, and knows none of another creator', async () => {
    const accessToken = await tokenOf('sample');
    const [own = '', second = ''] = await library('sample');
    const [foreign = ''] = await library('prolific');
    const found = await client.queryVideos({
      ...by(accessToken),
      videoIds: [second, foreign, own, own],
      fields: 'counts',
    });
    expect(found.map(({ id }) => id).sort()).toEqual([own, second].sort());
    expect(found[0]).toEqual({ id: found[0]?.id, counts: found[0]?.counts });
    const [whole] = await client.queryVideos({ ...by(accessToken), videoIds: [own], fields: 'all' });
    expect(whole?.shareUrl).toBeDefined();
    const calls = (await control(fake, 'GET', '/calls?kind=display')) as { route: string }[];
    const path = dialect === 'alignment' ? '/v2/video/data/' : '/v2/video/query/';
    expect(calls.map(({ route }) => route)).toEqual([path, path]);
  });

  it('asks for nothing when no id is given, and for no more than twenty', async () => {
    const accessToken = await tokenOf('sample');
    expect(await client.queryVideos({ ...by(accessToken), videoIds: [], fields: 'all' })).toEqual([]);
    const many = Array.from({ length: 21 }, (_, index) => String(7_000_000 + index));
    expect((await failure(client.queryVideos({ ...by(accessToken), videoIds: many, fields: 'all' }))).code).toBe(
      'E_TIKTOK_REQUEST_REJECTED',
    );
    expect(await control(fake, 'GET', '/calls?kind=display')).toEqual([]);
  });

  it('knows the creator', async () => {
    const profile = await client.userInfo(by(await tokenOf('sample')));
    expect(profile).toMatchObject({ displayName: 'Sample', openId: expect.stringMatching(/^-000/) });
    expect(profile.avatarUrl).toMatch(/^https:\/\/p16-sign-sg\.tiktokcdn\.com\//);
  });

  it.each(['with-data', 'without-data'])('tells a void token from a missing scope (%s)', async (errorEnvelope) => {
    await control(fake, 'PATCH', '/knobs', { errorEnvelope });
    const accessToken = secret('act.nobody');
    expect((await failure(client.listVideos({ ...by(accessToken), maxCount: 20 }))).code).toBe(
      'E_TIKTOK_TOKEN_REJECTED',
    );
    const narrow = await tokenOf('sample', ['user.info.basic']);
    expect((await failure(client.listVideos({ ...by(narrow), maxCount: 20 }))).code).toBe('E_SCOPE_MISSING');
  });

  it.each<[Record<string, unknown>, string]>([
    [{ what: 'error', status: 500, code: 'internal_error' }, 'E_TIKTOK_UNAVAILABLE'],
    [{ what: 'error', status: 503, code: 'whatever' }, 'E_TIKTOK_UNAVAILABLE'],
    [{ what: 'error', status: 400, code: 'invalid_params' }, 'E_TIKTOK_REQUEST_REJECTED'],
    [{ what: 'error', status: 400, code: 'scope_permission_missed' }, 'E_SCOPE_MISSING'],
    [{ what: 'error', status: 200, code: 'access_token_invalid' }, 'E_TIKTOK_TOKEN_REJECTED'],
    [{ what: 'error', status: 404, code: 'not_found' }, 'E_TIKTOK_REQUEST_REJECTED'],
    [{ what: 'error', status: 200, code: 'never heard of' }, 'E_TIKTOK_RESPONSE_INVALID'],
    [{ what: 'reset' }, 'E_TIKTOK_UNAVAILABLE'],
    [{ what: 'drop' }, 'E_TIKTOK_UNAVAILABLE'],
    [{ what: 'garbage' }, 'E_TIKTOK_RESPONSE_INVALID'],
  ])('calls %j %s, asks once, and shows no token', async (fault, code) => {
    const accessToken = await tokenOf('sample');
    await control(fake, 'POST', '/fail-next', { route: '/v2/video/list/', ...fault });
    const error = await failure(client.listVideos({ ...by(accessToken), maxCount: 20 }));
    expect(error.code).toBe(code);
    expect(`${error.message}${String(error.cause)}${error.stack}`).not.toContain(accessToken.reveal());
    expect(await control(fake, 'GET', '/calls?kind=display')).toHaveLength(1);
  });

  it.each([
    '{"error":{"code":"ok"}}',
    '{"data":{},"error":{"code":"ok"}}',
    '{"data":{"videos":null,"metrics":{}},"error":{"code":"ok"}}',
  ])('takes no successful answer without its list for an empty one, but on the newest page: %s', async (body) => {
    const accessToken = await tokenOf('sample');
    await control(fake, 'POST', '/fail-next', { times: 3, what: 'garbage', body });
    const query = client.queryVideos({ ...by(accessToken), videoIds: ['7000000000000000001'], fields: 'counts' });
    expect((await failure(query)).code).toBe('E_TIKTOK_RESPONSE_INVALID');
    const older = client.listVideos({ ...by(accessToken), maxCount: 20, cursor: 1_790_000_000_000 });
    expect((await failure(older)).code).toBe('E_TIKTOK_RESPONSE_INVALID');
    expect(await client.listVideos({ ...by(accessToken), maxCount: 20 })).toMatchObject({ videos: [], hasMore: false });
  });

  it('takes an older page that lacks its list and says that there are no more for the last one', async () => {
    const accessToken = await tokenOf('sample');
    const body = '{"data":{"cursor":0,"has_more":false},"error":{"code":"ok"}}';
    await control(fake, 'POST', '/fail-next', { what: 'garbage', body });
    const older = await client.listVideos({ ...by(accessToken), maxCount: 20, cursor: 1_790_000_000_000 });
    expect(older).toMatchObject({ videos: [], hasMore: false });
  });

  it.each(['videos', 'metrics'])('knows none of the videos when the list in %s is empty', async (name) => {
    const accessToken = await tokenOf('sample');
    const body = JSON.stringify({ data: { [name]: [] }, error: { code: 'ok' } });
    await control(fake, 'POST', '/fail-next', { what: 'garbage', body });
    const query = client.queryVideos({ ...by(accessToken), videoIds: ['7000000000000000001'], fields: 'counts' });
    expect(await query).toEqual([]);
  });

  it('waits for an answer no longer than it was told to, asks once, and shows no token', async () => {
    const accessToken = await tokenOf('sample');
    const impatient = createDisplayClient({ baseUrl: fake.url, dialect, timeoutMs: 200 });
    await control(fake, 'POST', '/fail-next', { route: '/v2/video/list/', what: 'hang' });
    const error = await failure(impatient.listVideos({ ...by(accessToken), maxCount: 20 }));
    impatient.close();
    expect(error.code).toBe('E_TIKTOK_UNAVAILABLE');
    expect(`${error.message}${String(error.cause)}${error.stack}`).not.toContain(accessToken.reveal());
    expect(await control(fake, 'GET', '/calls?kind=display')).toHaveLength(1);
  });

  it('hands on how long to wait, where TikTok says it', async () => {
    const accessToken = await tokenOf('sample');
    await control(fake, 'PATCH', '/knobs', { perMinute: 1, retryAfterSeconds: 7 });
    await client.userInfo(by(accessToken));
    const error = await failure(client.userInfo(by(accessToken)));
    expect([error.code, error.afterMs]).toEqual(['E_TIKTOK_RATE_LIMITED', 7000]);
  });

  it('never sends a cursor that it was not given', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (chunk: string) => bodies.push(chunk));
      request.on('end', () => response.end('{"error":{"code":"ok"}}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const other = createDisplayClient({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      dialect,
    });
    expect(await other.listVideos({ ...by(secret('act.x')), maxCount: 20 })).toEqual({
      videos: [],
      hasMore: false,
    });
    other.close();
    server.close();
    expect(bodies).toEqual(['{"max_count":20}']);
  });
});
