import { beforeEach, describe, expect, it } from '@jest/globals';
import { appOfThisFile } from '../testing/app-of-this-file.ts';

const LIST = '/v2/video/list/';
const TOKEN = '/v2/oauth/token/';

const app = appOfThisFile({ knobs: { countGrowth: 3 } });
let tokens: { access: string; refresh: string };
beforeEach(async () => {
  await app.control('POST', '/reset');
  tokens = await app.signIn();
});

const fail = (fault: Record<string, unknown>) => app.control('POST', '/fail-next', fault);

describe('the knobs', () => {
  it('refuse a name or a value they do not know, and then change nothing', async () => {
    for (const wrong of [{ latencyMs: 5, speed: 9 }, { latencyMs: -1 }, { dialect: 'v1' }, { toString: 1 }]) {
      expect((await app.knobs(wrong)).status).toBe(400);
    }
    expect((await app.control('GET', '/knobs')).body).toMatchObject({ latencyMs: 0, dialect: 'alignment' });
  });

  it('are at a reset what they were at the start', async () => {
    await app.knobs({ countGrowth: 9, latencyMs: 1 });
    await app.control('POST', '/reset');
    expect((await app.control('GET', '/knobs')).body).toMatchObject({ countGrowth: 3, latencyMs: 0 });
  });
});

describe('the ceilings', () => {
  it('refuse the call one too many in any window, without Retry-After unless asked to', async () => {
    await app.knobs({ perMinute: 3 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await app.list(tokens.access)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await app.list(tokens.access)).headers.has('retry-after')).toBe(false);
    await app.knobs({ retryAfterSeconds: 7 });
    expect((await app.list(tokens.access)).headers.get('retry-after')).toBe('7');
    expect((await app.refresh(tokens.refresh)).status).toBe(200);
  });

  it('refuse what comes beside too many', async () => {
    await app.knobs({ concurrent: 1 });
    await app.control('POST', '/hold-next', { route: LIST, id: 'first' });
    const first = app.list(tokens.access);
    await app.control('GET', '/held/first');
    expect((await app.list(tokens.access)).code).toBe('rate_limit_exceeded');
    await app.control('POST', '/release/first');
    expect((await first).code).toBe('ok');
  });
});

describe('a fault', () => {
  it.each<[Record<string, unknown>, number, string]>([
    [{}, 500, 'internal_error'],
    [{ status: 429 }, 429, 'rate_limit_exceeded'],
    [{ status: 401 }, 401, 'access_token_invalid'],
    [{ status: 401, code: 'scope_not_authorized' }, 401, 'scope_not_authorized'],
    [{ status: 400, code: 'scope_permission_missed' }, 400, 'scope_permission_missed'],
    [{ status: 200, code: 'internal_error' }, 200, 'internal_error'],
  ])('%j is played once and then all is well', async (fault, status, code) => {
    await fail({ route: LIST, ...fault });
    expect(await app.list(tokens.access)).toMatchObject({ status, code });
    expect((await app.list(tokens.access)).code).toBe('ok');
  });

  it('is played as often as asked, in the order given, on its own route alone', async () => {
    await app.control('POST', '/fail-next', [
      { route: LIST, times: 2, status: 503 },
      { route: '*', status: 429 },
    ]);
    expect((await app.get('/v2/user/info/?fields=open_id', tokens.access)).status).toBe(429);
    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await app.list(tokens.access)).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  it('of the token endpoint is flat, with the status asked for', async () => {
    await fail({ route: TOKEN, status: 503, code: 'temporarily_unavailable' });
    expect(await app.refresh(tokens.refresh)).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable' },
    });
    expect((await app.refresh(tokens.refresh)).body).toHaveProperty('access_token');
  });

  it('can carry headers, and a body that is no JSON', async () => {
    await fail({ route: LIST, what: 'garbage', status: 502, headers: { 'retry-after': '3' }, body: '{"data":' });
    const answer = await app.list(tokens.access);
    expect([answer.status, answer.text, answer.headers.get('retry-after')]).toEqual([502, '{"data":', '3']);
  });

  it('breaks the connection before anything was done', async () => {
    await fail({ route: TOKEN, what: 'reset' });
    await expect(app.refresh(tokens.refresh)).rejects.toThrow();
    expect((await app.refresh(tokens.refresh)).body).toHaveProperty('access_token');
  });

  it('loses the answer to a refresh that was done: the old token is dead', async () => {
    await fail({ route: TOKEN, what: 'drop' });
    await expect(app.refresh(tokens.refresh)).rejects.toThrow();
    expect((await app.refresh(tokens.refresh)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await app.control('GET', '/calls?kind=oauth')).body).toMatchObject([
      { status: 200 },
      { status: 0 },
      { status: 200 },
    ]);
  });

  it('loses the answer to a revocation, too, whatever its body', async () => {
    await app.knobs({ revokeBody: '' });
    await fail({ route: '/v2/oauth/revoke/', what: 'drop' });
    await expect(app.revoke(tokens.access)).rejects.toThrow();
    expect((await app.list(tokens.access)).code).toBe('access_token_invalid');
  });

  it('never answers', async () => {
    await fail({ route: LIST, what: 'hang' });
    const call = app.request(LIST, { method: 'POST', signal: AbortSignal.timeout(150) });
    await expect(call).rejects.toThrow(/timeout|abort/i);
  });

  it.each([{ route: '/v2/video/list' }, { what: 'explode' }, { when: 'now' }, { status: 99 }, { times: 'two' }])(
    '%j is refused',
    async (fault) => {
      expect((await fail(fault)).status).toBe(400);
    },
  );
});

describe('a gate', () => {
  it('holds one call before anything is done', async () => {
    await app.control('POST', '/hold-next', { route: LIST, id: 'here' });
    const call = app.list(tokens.access);
    expect((await app.control('GET', '/held/here')).body).toEqual({ held: true });
    expect((await app.list(tokens.access)).code).toBe('ok');
    expect((await app.control('POST', '/release/here')).body).toEqual({ released: true });
    expect((await call).code).toBe('ok');
  });

  it('holds an answer after the work is done: the pair is issued although nobody has it', async () => {
    await app.control('POST', '/hold-next', { route: TOKEN, id: 'after', place: 'after' });
    const call = app.refresh(tokens.refresh);
    await app.control('GET', '/held/after');
    expect((await app.control('GET', '/grants')).body).toMatchObject([{ generation: 2 }]);
    expect((await app.refresh(tokens.refresh)).body).toMatchObject({ error: 'invalid_grant' });
    await app.control('POST', '/release/after');
    expect((await call).body).toHaveProperty('access_token');
  });

  it('tells what waits, what is awaited, and that nobody came', async () => {
    await app.control('POST', '/hold-next', { route: LIST, id: 'later' });
    expect((await app.control('POST', '/hold-next', { route: LIST, id: 'later' })).status).toBe(409);
    expect((await app.control('GET', '/held')).body).toEqual({ held: [], pending: ['later'] });
    expect((await app.control('GET', '/held/later?withinMs=20')).body).toEqual({ held: false });
    expect((await app.control('POST', '/release/later')).body).toEqual({ released: false });
  });
});

describe('creators', () => {
  it('are three at first, and more with ten thousand videos on demand', async () => {
    expect((await app.control('GET', '/creators')).body).toMatchObject([
      { handle: 'sample', videos: 137 },
      { handle: 'none', videos: 0 },
      { handle: 'prolific', videos: 2000 },
    ]);
    const start = performance.now();
    expect((await app.control('POST', '/creators', { handle: 'huge', videos: 10_000 })).status).toBe(201);
    expect(performance.now() - start).toBeLessThan(3000);
    expect((await app.list((await app.signIn('huge')).access)).data?.videos).toHaveLength(10);
  });

  it('have videos whose caption, counts and markup can be anything', async () => {
    const { body } = await app.control('GET', '/creators/sample/videos');
    const { id } = (body as unknown as { id: string }[])[0] as { id: string };
    const hostile = {
      embedHtml: '<img src=x onerror=alert(1)>',
      caption: '<b>',
      coverImageUrl: 'https://evil.example/x',
    };
    await app.control('PATCH', `/creators/sample/videos/${id}`, { ...hostile, counts: { view_count: 5 } });
    const fields = 'embed_html,video_description,cover_image_url,view_count';
    const { data } = await app.post(`${LIST}?fields=${fields}`, tokens.access, { max_count: 1 });
    expect(data?.videos).toEqual([
      {
        embed_html: hostile.embedHtml,
        video_description: '<b>',
        cover_image_url: hostile.coverImageUrl,
        view_count: 5,
      },
    ]);
    expect((await app.control('PATCH', `/creators/sample/videos/${id}`, { views: 1 })).status).toBe(400);
    expect((await app.control('PATCH', '/creators/sample/videos/1', {})).status).toBe(404);
  });

  it('can end a grant from TikTok’s side', async () => {
    await app.control('POST', '/grants/sample/revoke');
    expect((await app.list(tokens.access)).code).toBe('access_token_invalid');
    expect((await app.control('GET', '/grants')).body).toMatchObject([{ voidedReason: 'revoked-by-creator' }]);
    expect((await app.control('POST', '/grants/sample/forget')).status).toBe(404);
  });
});
