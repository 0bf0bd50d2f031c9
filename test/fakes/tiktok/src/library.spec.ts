import { describe, expect, it } from '@jest/globals';
import { createCreator, sampleCreators } from './creators.ts';
import { initialKnobs } from './knob-definitions.ts';
import type { Knobs } from './knobs.ts';
import { VIDEO_FIELDS, videoObject } from './video-object.ts';

const everything = (knobs: Partial<Knobs> = {}) => {
  const creator = createCreator('sample', 137);
  const context = { knobs: { ...initialKnobs(), ...knobs }, clientKey: 'aw', ownUrl: 'http://127.0.0.1:1', now: 0 };
  return creator.videos.map((video) => videoObject(creator, video, VIDEO_FIELDS, context));
};

describe('the library of a creator', () => {
  it('is the same in every run, and another one for everybody', () => {
    expect(createCreator('sample', 137)).toEqual(sampleCreators().get('sample'));
    expect(createCreator('other', 137).videos[0]).not.toEqual(createCreator('sample', 137).videos[0]);
  });

  it('has ids above 2^53, all different, whose upper half is the upload second', () => {
    const { videos } = createCreator('prolific', 2000);
    expect(new Set(videos.map(({ id }) => id)).size).toBe(2000);
    for (const { id, createTime } of videos) {
      expect(id).toMatch(/^\d{19}$/);
      expect(Number(BigInt(id) >> 32n)).toBe(createTime);
    }
  });

  it('has siblings of one second, photo posts, and captions with markup, quotes, emoji and other scripts', () => {
    const { videos } = createCreator('sample', 137);
    expect(new Set(videos.map(({ createTime }) => createTime)).size).toBeLessThan(137);
    expect(videos.some(({ photo }) => photo)).toBe(true);
    const captions = videos.map(({ caption }) => caption).join('\n');
    for (const odd of ['<b>', '</script>', '"', '“', '💃🏾', 'é', 'ночь']) expect(captions).toContain(odd);
  });

  it('shows every video with TikTok’s addresses, links percent-encoded', () => {
    const all = everything();
    for (const video of all) {
      expect(video['cover_image_url']).toMatch(
        /^https:\/\/p16-sign-sg\.tiktokcdn\.com\/.*[?&]x-expires=21600&x-signature=/,
      );
      expect(video['share_url']).toContain('?utm_campaign=tt4d_open_api&utm_source=aw');
      expect(video['embed_html']).toContain('<script async src="https://www.tiktok.com/embed.js"></script>');
    }
    expect(all.some((video) => String(video['embed_html']).includes('%D0%BD%D0%BE%D1%87%D1%8C'))).toBe(true);
    expect(everything({ coverHost: 'self' })[0]?.['cover_image_url']).toMatch(
      /^http:\/\/127\.0\.0\.1:1\/thumbnails\/\d+\.svg\?/,
    );
  });
});
