import { describe, expect, it } from '@jest/globals';
import { apiEmbedHtml, oembedHtml } from './embed-html.ts';

const subject = {
  handle: 'u',
  videoId: '7106753891953347842',
  caption: 'caption <b> "q" & #tag #café',
  music: { id: '6889366596582656001', title: 'One Piece - YungLex' },
};

describe('embed markup', () => {
  it('has the recorded shape of the API, character by character', () => {
    expect(apiEmbedHtml(subject, 'APP')).toBe(
      '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@u/video/7106753891953347842?utm_campaign=tt4d_open_api&utm_source=APP" data-video-id="7106753891953347842" style="max-width: 605px;min-width: 325px;" > <section> <a target="_blank" title="@u" href="https://www.tiktok.com/@u">@u</a> <p>caption &lt;b&gt; &quot;q&quot; &amp; <a title="tag" target="_blank" href="https://www.tiktok.com/tag/tag">#tag</a> <a title="café" target="_blank" href="https://www.tiktok.com/tag/caf%C3%A9">#café</a> </p> <a target="_blank" title="♬ One Piece - YungLex" href="https://www.tiktok.com/music/6889366596582656001-One+Piece+-+YungLex">♬ One Piece - YungLex</a> </section> </blockquote> <script async src="https://www.tiktok.com/embed.js"></script>',
    );
  });

  it('has the recorded marks of oEmbed', () => {
    const html = oembedHtml(subject);
    expect(html).toContain('data-embed-from="oembed" style="max-width:605px; min-width:325px;"> <section>');
    expect(html).toContain('href="https://www.tiktok.com/music/One-Piece-YungLex-6889366596582656001?refer=embed"');
    expect(html).not.toContain('utm_');
  });
});
