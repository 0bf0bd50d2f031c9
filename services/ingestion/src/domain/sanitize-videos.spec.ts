import { describe, expect, it } from '@jest/globals';
import { SanitizeRequest, type UntrustedEmbed } from '@trendpot/contracts';
import fc from 'fast-check';
import { safe } from '../../test/world.ts';
import { inParts, makeSanitizeVideos } from './sanitize-videos.ts';
import type { ListedVideo } from './video.ts';

const video = (index: number, more: Partial<ListedVideo> = {}): ListedVideo => ({
  videoId: String(7_000_000_000 + index),
  counts: {},
  ...more,
});

const scene = (verdictOf = safe) => {
  const requests: UntrustedEmbed[][] = [];
  const sanitize = makeSanitizeVideos({
    sanitize: (requestId, embeds) => {
      SanitizeRequest.parse({ version: 1, requestId, embeds });
      requests.push([...embeds]);
      return Promise.resolve(embeds.map((embed) => verdictOf(embed)));
    },
  });
  return { requests, sanitize: (videos: ListedVideo[]) => sanitize('req_00000001', videos) };
};

describe('a page on its way through the sanitizer', () => {
  it('is split so that no request is too large or too long', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 65_000 }), { maxLength: 45 }), (sizes) => {
        const embeds = sizes.map((size, index) => ({ videoId: String(7_000_000 + index), html: 'x'.repeat(size) }));
        const parts = inParts(embeds);
        expect(parts.flat()).toEqual(embeds);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(20);
          expect(JSON.stringify(part).length).toBeLessThan(600_000);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('loses only the video that no request can carry', async () => {
    const { requests, sanitize } = scene();
    const { videos, refused } = await sanitize([
      video(1, { embedHtml: 'x'.repeat(70_000) }),
      { videoId: 'drop table', counts: {} },
      video(2, { caption: 'c'.repeat(20_000), thumbnailUrl: 'https://x/'.padEnd(5000, 'y') }),
    ]);
    expect(videos.map(({ id }) => id)).toEqual(['7000000002']);
    expect(refused.map(({ reasons }) => reasons)).toEqual([['html-too-long'], ['video-id']]);
    expect(requests[0]?.[0]).not.toHaveProperty('thumbnailUrl');
  });

  it('keeps a video out for which there is no verdict', async () => {
    const { sanitize } = scene((embed) => safe({ ...embed, videoId: '7999999999' }));
    await expect(sanitize([video(1)])).resolves.toMatchObject({ videos: [], refused: [{ reasons: ['no-verdict'] }] });
  });

  it('holds each video once', async () => {
    const { sanitize } = scene();
    const { videos } = await sanitize([video(1), video(1), video(2)]);
    expect(videos).toHaveLength(2);
  });
});
