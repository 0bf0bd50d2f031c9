import { describe, expect, it } from '@jest/globals';
import type { StoredVideo } from '../../domain/ports.ts';
import { videoCard } from './video-card.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const video = (changes: Partial<StoredVideo> = {}): StoredVideo => ({
  id: '7500000000000000000',
  accountId: 'acc_00000000000000000000',
  shareUrl: 'https://www.tiktok.com/@a/video/7500000000000000000',
  caption: 'hello',
  createdAt: '2026-02-01T00:00:00.000Z',
  embed: {
    videoId: '7500000000000000000',
    html: '<iframe src="https://www.tiktok.com/player/v1/7500000000000000000"></iframe>',
    playerUrl: 'https://www.tiktok.com/player/v1/7500000000000000000',
  },
  counts: { views: 1_234_567, likes: 0 },
  lastRefreshedAt: '2026-03-01T11:00:00.000Z',
  ...changes,
});
const card = (changes?: Partial<StoredVideo>): string => videoCard(video(changes), NOW).text;

describe('a video card', () => {
  it('shows a count of zero as zero, and one that is not known as not known', () => {
    expect(card()).toContain('title="1,234,567 views"');
    expect(card()).toContain('title="0 likes"');
    expect(card().match(/not known yet"/g)).toHaveLength(4);
  });

  it('shows a caption as text', () => {
    const text = card({ caption: '"><script>alert(1)</script>' });
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;');
  });

  it.each([
    '<iframe src="https://www.tiktok.com/player/v1/1"></iframe><script>x</script>',
    '<iframe src="https://www.tiktok.com/player/v1/1" onload="x"></iframe>',
    '<iframe src="https://evil.example/"></iframe>',
    '</template><img src=x>',
  ])('shows no player for %s, even if it were stored', (stored) => {
    const text = card({ embed: { ...video().embed, html: stored } });
    expect(text).not.toMatch(/<iframe|<script|<img|class="play"/);
  });

  it('shows a picture while its address lives, and a colour after that', () => {
    const thumbnail = { url: 'https://p16.tiktokcdn.com/a?x=1&y=2', expiresAt: '2026-03-01T12:00:01.000Z' };
    expect(card({ thumbnail })).toContain('<img src="https://p16.tiktokcdn.com/a?x=1&amp;y=2"');
    expect(card({ thumbnail: { ...thumbnail, expiresAt: NOW.toISOString() } })).not.toContain('<img');
    expect(card()).toMatch(/class="stage tone-[0-7]"/);
  });
});
