import { beforeEach, describe, expect, it } from '@jest/globals';
import { appOfThisFile } from './testing/app-of-this-file.ts';

const app = appOfThisFile();
let access: string;

beforeEach(async () => {
  await app.control('POST', '/reset');
  access = (await app.signIn()).access;
});

const LIST = '/v2/video/list/?fields=id';
const DATA = '/v2/video/data/?fields=id';
const firstId = async (token = access): Promise<string> =>
  String((await app.list(token, { max_count: 1 })).data?.videos?.[0]?.['id']);

describe('the fake’s Display API', () => {
  it('calls every success ok and returns exactly the fields asked for', async () => {
    const { status, code, data } = await app.post('/v2/video/list/?fields=id,view_count', access, { max_count: 2 });
    expect([status, code]).toEqual([200, 'ok']);
    expect(Object.keys(data?.videos?.[0] ?? {})).toEqual(['id', 'view_count']);
    expect(typeof data?.videos?.[0]?.['id']).toBe('string');
  });

  it('says times in seconds and cursors in milliseconds, newest first, ten at a time', async () => {
    const { data } = await app.list(access);
    const times = (data?.videos ?? []).map(({ create_time: time }) => Number(time));
    expect(times).toHaveLength(10);
    expect(times).toEqual(times.toSorted((left, right) => right - left));
    expect(data?.cursor).toBe((times.at(-1) ?? 0) * 1000);
    const next = await app.list(access, { cursor: data?.cursor });
    expect(Number(next.data?.videos?.[0]?.['create_time'])).toBeLessThan(times.at(-1) ?? 0);
  });

  it.each<[string, string, unknown]>([
    ['no fields', '/v2/video/list/', {}],
    ['an unknown field', '/v2/video/list/?fields=id,stats', {}],
    ['more than twenty a page', LIST, { max_count: 21 }],
    ['none a page', LIST, { max_count: 0 }],
    ['a cursor of null', LIST, { cursor: null }],
    ['a cursor that is a text', LIST, { cursor: '1643332803000' }],
    ['ids sent to the list', LIST, { video_ids: ['1'] }],
    ['filters sent to the list', LIST, { filters: { video_ids: ['1'] } }],
    ['a body that is a list', LIST, []],
    ['no ids', DATA, {}],
    ['ids without filters', DATA, { video_ids: ['1'] }],
    ['an empty list of ids', DATA, { filters: { video_ids: [] } }],
    ['more than twenty ids', DATA, { filters: { video_ids: Array(21).fill('1') } }],
    ['ids that are numbers', DATA, { filters: { video_ids: [7_080_213_458_555_737] } }],
  ])('refuses %s', async (_what, path, body) => {
    expect(await app.post(path, access, body)).toMatchObject({ status: 400, code: 'invalid_params' });
  });

  it('refuses a body that is no JSON, or says it is something else, in its own envelope', async () => {
    const send = (type: string, body: string) =>
      app.request(LIST, { method: 'POST', headers: { authorization: `Bearer ${access}`, 'content-type': type }, body });
    for (const answer of [await send('application/json', '{"cursor":'), await send('text/plain', '{}')]) {
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_params' } } });
    }
  });

  it('answers for single videos at the endpoint of the dialect alone', async () => {
    const body = { filters: { video_ids: [await firstId(), '1234567890123456789'] } };
    const query = '/v2/video/query/?fields=id';
    expect((await app.post(DATA, access, body)).data?.videos).toHaveLength(1);
    expect((await app.post(query, access, body)).status).toBe(404);
    await app.knobs({ dialect: 'published' });
    expect((await app.post(query, access, body)).data?.videos).toHaveLength(1);
    expect((await app.post(DATA, access, body)).status).toBe(404);
  });

  it('wants the scope of each endpoint', async () => {
    const listOnly = (await app.signIn('prolific', ['video.list'])).access;
    expect(await app.list(listOnly)).toMatchObject({ code: 'ok' });
    const ids = { filters: { video_ids: ['1'] } };
    expect(await app.post(DATA, listOnly, ids)).toMatchObject({ status: 401, code: 'scope_not_authorized' });
    await app.knobs({ dialect: 'published' });
    expect(await app.post('/v2/video/query/?fields=id', listOnly, ids)).toMatchObject({ code: 'ok' });
    const basic = (await app.signIn('none', [])).access;
    expect(await app.list(basic)).toMatchObject({ status: 401, code: 'scope_not_authorized' });
  });

  it('leaves out what is another creator’s or taken down, without a word', async () => {
    const theirs = await firstId((await app.signIn('prolific')).access);
    const hidden = await firstId();
    await app.control('PATCH', `/creators/sample/videos/${hidden}`, { hidden: true });
    const answer = await app.post(DATA, access, { filters: { video_ids: [theirs, hidden] } });
    expect(answer).toMatchObject({ code: 'ok', data: { videos: [] } });
  });

  it('refuses a whole profile for one field outside the granted scopes', async () => {
    const basic = await app.get('/v2/user/info/?fields=open_id,display_name', access);
    expect(basic).toMatchObject({ code: 'ok', data: { user: { display_name: 'Sample' } } });
    const profile = await app.get('/v2/user/info/?fields=open_id,username', access);
    expect(profile).toMatchObject({ status: 401, code: 'scope_not_authorized' });
    const wide = (await app.signIn('sample', ['user.info.profile', 'user.info.stats'])).access;
    const all = await app.get('/v2/user/info/?fields=username,video_count', wide);
    expect(all.data).toEqual({ user: { username: 'sample', video_count: 137 } });
  });

  it('refuses a token that is missing, unknown or expired, with or without data', async () => {
    expect(await app.list('act.nobody')).toMatchObject({ status: 401, code: 'access_token_invalid', data: {} });
    await app.control('POST', '/grants/sample/expire-access');
    await app.knobs({ errorEnvelope: 'without-data' });
    expect((await app.list(access)).body).toEqual({ error: expect.objectContaining({ code: 'access_token_invalid' }) });
  });

  it('can be without any video, in both shapes', async () => {
    const nobody = (await app.signIn('none')).access;
    expect((await app.list(nobody)).data).toEqual({ videos: [], cursor: 0, has_more: false });
    await app.knobs({ emptyLibrary: 'no-data' });
    expect((await app.list(nobody)).body).toEqual({ error: expect.objectContaining({ code: 'ok' }) });
  });

  it('lets counts grow with every question, and leaves out those it is told to', async () => {
    const id = await firstId();
    const ask = () =>
      app.post('/v2/video/data/?fields=view_count,like_count', access, { filters: { video_ids: [id] } });
    await app.knobs({ countGrowth: 7, countsMissing: ['like_count'] });
    const [before, after] = [(await ask()).data?.videos?.[0], (await ask()).data?.videos?.[0]];
    expect(Number(after?.['view_count'])).toBe(Number(before?.['view_count']) + 7);
    expect(after).not.toHaveProperty('like_count');
  });

  it('writes log ids as TikTok does', async () => {
    const { body, headers } = await app.list(access);
    expect((body['error'] as { log_id: string }).log_id).toMatch(/^\d{14}[0-9A-F]{20}$/);
    expect(headers.get('x-tt-logid')).toBe((body['error'] as { log_id: string }).log_id);
  });
});
