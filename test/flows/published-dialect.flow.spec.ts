import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beginConnect, openBrowser } from '@trendpot/local-platform';
import { eventually, startTestPlatform, type TestPlatform } from '@trendpot/testing';

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({
    environment: { TIKTOK_API_DIALECT: 'published', TIKTOK_METRICS_REFRESH_INTERVAL_MS: '2000' },
  });
}, 120_000);
afterAll(() => test.stop(), 60_000);

describe('the dialect that TikTok publishes', () => {
  it('asks for the two scopes that exist', async () => {
    const consent = await beginConnect(test.platform.gatewayUrl, openBrowser());
    expect(new URL(consent.url).searchParams.get('scope')).toBe('user.info.basic,video.list');
  });

  it('connects, syncs and looks up single videos through /v2/video/query/', async () => {
    const { api, accountId } = await test.connect({ creator: 'sample' });
    await test.untilState(accountId, 'healthy');
    expect(await test.collections.videos.countDocuments({ accountId })).toBe(137);
    const [fresh] = await test.tiktok.post<string[]>('/creators/sample/videos', { videos: 1 });
    expect((await api.call('GET', `/api/accounts/${accountId}/videos/${fresh}`)).status).toBe(200);
    expect((await test.tiktok.calls('/v2/video/query/')).length).toBeGreaterThan(0);
  });

  it('refuses a video of another creator, stored or not', async () => {
    await test.tiktok.post('/creators', { handle: 'mine', videos: 3 });
    await test.tiktok.post('/creators', { handle: 'theirs', videos: 3 });
    const { api, accountId } = await test.connect({ creator: 'mine' });
    const [theirs] = await test.tiktok.get<{ id: string }[]>('/creators/theirs/videos');
    const lookUp = () => api.call('GET', `/api/accounts/${accountId}/videos/${theirs?.id}`);
    expect(await lookUp()).toMatchObject({ status: 404, body: { error: { code: 'E_VIDEO_NOT_FOUND' } } });
    const other = await test.connect({ creator: 'theirs' });
    await test.untilState(other.accountId, 'healthy');
    expect(await lookUp()).toMatchObject({ status: 403, body: { error: { code: 'E_VIDEO_NOT_OWNED' } } });
    expect(await test.collections.videos.countDocuments({ accountId: other.accountId })).toBe(3);
  });

  it('refreshes counts through it too, and never asks for the other dialect’s endpoint', async () => {
    const before = (await test.tiktok.calls('/v2/video/query/')).length;
    await eventually(async () => (await test.tiktok.calls('/v2/video/query/')).length >= before + 7, {
      what: 'a round of counts',
    });
    expect(await test.tiktok.calls('/v2/video/data/')).toEqual([]);
  });
});
