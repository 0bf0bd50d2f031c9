import { SanitizedEmbed } from '@trendpot/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { ASKED, ours, PLAYER, VECTORS } from '../../test/vectors.ts';

const pieces = VECTORS.flatMap(({ html }) => html.split(/(?=[<>="' &;])/));
const TAGS = ['blockquote', 'a', 'p', 'section', 'script', 'iframe', 'svg', 'math', 'style', 'xmp', 'template', 'img'];

/** Markup that is nearly right: the vectors, cut into their pieces and put together anew, or changed in one place. */
const anyMarkup = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...VECTORS.map(({ html }) => html)), fc.nat(), fc.nat(30), fc.constantFrom(...pieces))
    .map(([html, at, length, piece]) => {
      const start = at % (html.length + 1);
      return html.slice(0, start) + piece + html.slice(start + length);
    }),
  fc
    .array(fc.tuple(fc.constantFrom(...TAGS), fc.string({ maxLength: 12 })), { maxLength: 20 })
    .map((tags) => tags.map(([tag, text]) => `<${tag} ${text}>${text}`).join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const elementsOf = (html: string): DefaultTreeAdapterTypes.Element[] => {
  const found: DefaultTreeAdapterTypes.Element[] = [];
  const queue: DefaultTreeAdapterTypes.Node[] = [parseFragment(html)];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) queue.push(...node.childNodes);
  }
  return found;
};

describe('what comes out', () => {
  const runs = { numRuns: 2000 };

  it('is the player and nothing else, whatever comes in', () => {
    let safe = 0;
    fc.assert(
      fc.property(anyMarkup, (html) => {
        const verdict = ours({ videoId: ASKED, html });
        if (verdict.verdict === 'rejected') return expect(verdict.reasons.length).toBeGreaterThan(0);
        safe += 1;
        expect(verdict.embed.html).toMatch(PLAYER);
        expect(SanitizedEmbed.safeParse(verdict).success).toBe(true);
      }),
      runs,
    );
    expect(safe).toBeGreaterThan(0);
  });

  it('is, read again, one frame of TikTok without script, handlers or foreign addresses', () => {
    fc.assert(
      fc.property(anyMarkup, (html) => {
        const verdict = ours({ videoId: ASKED, html });
        if (verdict.verdict === 'rejected') return;
        const [frame, ...others] = elementsOf(verdict.embed.html);
        expect(others).toEqual([]);
        expect(frame?.tagName).toBe('iframe');
        const attributes = new Map(frame?.attrs.map(({ name, value }) => [name, value]));
        expect([...attributes.keys()].filter((name) => name.startsWith('on') || name === 'srcdoc')).toEqual([]);
        expect(new URL(attributes.get('src') ?? '').origin).toBe('https://www.tiktok.com');
        expect(attributes.get('src')).toBe(verdict.embed.playerUrl);
      }),
      runs,
    );
  });

  it('is the same when it is judged again', () => {
    const first = ours({ videoId: ASKED, html: VECTORS.find(({ name }) => name === 'real-oembed')?.html ?? '' });
    if (first.verdict === 'rejected') throw new Error('a real embed was refused');
    const again = ours({ videoId: ASKED, html: first.embed.html, shareUrl: first.shareUrl, caption: first.caption });
    expect(again).toEqual(first);
  });

  it('is made from the id alone when TikTok sends no markup', () => {
    const withMarkup = ours({ videoId: ASKED, html: VECTORS.find(({ name }) => name === 'real-photo')?.html ?? '' });
    const without = ours({ videoId: ASKED });
    expect(without.verdict === 'safe' && without.embed).toEqual(withMarkup.verdict === 'safe' && withMarkup.embed);
    expect(ours({ videoId: ASKED, html: ' \n' }).verdict).toBe('safe');
  });
});

describe('what is refused', () => {
  it('markup longer than any embed, in no time', () => {
    const html = '<p>'.repeat(1_000_000);
    expect(ours({ videoId: ASKED, html })).toMatchObject({ reasons: ['html-too-long'] });
  });

  it.each(['<p>', '<a><b>', '<b><p>', '<p><b><a>', '</p>', '<', '<i></b>'])(
    '%s repeated to the limit, in bounded time',
    (unit) => {
      const started = performance.now();
      const verdict = ours({ videoId: ASKED, html: unit.repeat(Math.floor(65_536 / unit.length)) });
      expect(verdict.verdict).toBe('rejected');
      expect(ours({ videoId: ASKED, html: unit.repeat(Math.floor(1990 / unit.split('<').length)) }).verdict).toBe(
        'rejected',
      );
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );

  it.each(['', '12345', '1'.repeat(21), '71067538919533478"2', '７１０６７５３８９１９５３３４７８４２'])(
    'an id that is none: %j',
    (videoId) => {
      expect(ours({ videoId })).toMatchObject({ verdict: 'rejected', reasons: ['video-id'] });
    },
  );

  it.each([
    `https://evil.example/@mara/video/${ASKED}`,
    `http://www.tiktok.com/@mara/video/${ASKED}`,
    `https://www.tiktok.com/@mara/video/7080213458555737986`,
    `javascript:alert(1)//${ASKED}`,
    `https://www.tiktok.com@evil.example/@mara/video/${ASKED}`,
  ])('the share address %s', (shareUrl) => {
    expect(ours({ videoId: ASKED, shareUrl })).toMatchObject({ verdict: 'rejected', reasons: ['share-url'] });
  });

  it('never with a piece of the markup in the reasons', () => {
    fc.assert(
      fc.property(anyMarkup, (html) => {
        const verdict = ours({ videoId: ASKED, html });
        if (verdict.verdict === 'rejected') for (const reason of verdict.reasons) expect(reason).toMatch(/^[a-z-]+$/);
      }),
    );
  });
});

describe('the share address', () => {
  it('loses its query, which names the app', () => {
    const shareUrl = `https://www.tiktok.com/@mara/video/${ASKED}?utm_campaign=tt4d_open_api&utm_source=awx`;
    expect(ours({ videoId: ASKED, shareUrl })).toMatchObject({
      shareUrl: `https://www.tiktok.com/@mara/video/${ASKED}`,
    });
  });

  it('is taken from the embed, else from the player', () => {
    const html = VECTORS.find(({ name }) => name === 'real-display-api')?.html ?? '';
    expect(ours({ videoId: ASKED, html })).toMatchObject({ shareUrl: `https://www.tiktok.com/@u/video/${ASKED}` });
    expect(ours({ videoId: ASKED })).toMatchObject({ shareUrl: `https://www.tiktok.com/player/v1/${ASKED}` });
  });
});
