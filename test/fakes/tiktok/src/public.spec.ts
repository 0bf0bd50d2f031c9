import { beforeAll, describe, expect, it } from '@jest/globals';
import { appOfThisFile } from './testing/app-of-this-file.ts';

const app = appOfThisFile();
let id: string;
let cover: URL;
beforeAll(async () => {
  const { access } = await app.signIn();
  const { data } = await app.post('/v2/video/list/?fields=id,cover_image_url', access, { max_count: 1 });
  id = String(data?.videos?.[0]?.['id']);
  cover = new URL(String(data?.videos?.[0]?.['cover_image_url']));
});

const oembed = (address: string) => app.request(`/oembed?url=${encodeURIComponent(address)}`);

describe('oEmbed', () => {
  it.each([
    'https://www.tiktok.com/@sample/video/ID',
    'https://www.tiktok.com/@sample/photo/ID?x=1',
    'https://vm.tiktok.com/ID/',
    'https://m.tiktok.com/v/ID.html',
  ])('answers for %s, sizes as texts', async (form) => {
    const { body, headers } = await oembed(form.replace('ID', id));
    expect(body).toMatchObject({ type: 'video', width: '100%', height: '100%', embed_product_id: id });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  it('answers for a profile without a thumbnail', async () => {
    const { body } = await oembed('https://www.tiktok.com/@sample');
    expect(body).toMatchObject({ type: 'rich', author_unique_id: 'sample' });
    expect(body).not.toHaveProperty('thumbnail_url');
  });

  it.each(['https://www.tiktok.com/@sample/video/1', 'https://evil.example/@sample/video/ID', 'nonsense', ''])(
    'says that something went wrong for %p, in its own shape',
    async (address) => {
      const { status, body } = await oembed(address.replace('ID', id));
      expect([status, body]).toEqual([400, { message: 'Something went wrong', code: 400 }]);
    },
  );
});

describe('pictures and player', () => {
  it('are served under TikTok’s paths and this server’s', async () => {
    for (const path of [cover.pathname + cover.search, `/thumbnails/${id}.svg`, '/avatars/sample.svg']) {
      const { status, headers, text } = await app.request(path);
      expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
      expect(text).toMatch(/^<svg [^>]+>.*<\/svg>$/s);
    }
  });

  it('are refused once their address has expired, and for nobody’s video', async () => {
    expect((await app.request(`/thumbnails/${id}.svg?x-expires=1`)).status).toBe(403);
    expect((await app.request('/thumbnails/1.svg')).status).toBe(403);
  });

  it('play a video that exists and no other', async () => {
    expect((await app.request(`/player/v1/${id}`)).text).toContain('onPlayerReady');
    const missing = await app.request('/player/v1/%3Cscript%3E');
    expect([missing.status, missing.text.includes('INVALID_VIDEO')]).toEqual([404, true]);
  });
});
