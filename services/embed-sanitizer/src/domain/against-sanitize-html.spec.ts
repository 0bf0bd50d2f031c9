import { describe, expect, it } from '@jest/globals';
import sanitizeHtml from 'sanitize-html';
import { ASKED, ours, VECTORS } from '../../test/vectors.ts';

/** Our grammar as sanitize-html is told of it. */
const EQUIVALENT: sanitizeHtml.IOptions = {
  allowedTags: ['iframe'],
  allowedAttributes: {
    iframe: ['src', 'title', 'width', 'height', 'sandbox', 'allow', 'referrerpolicy', 'loading'],
  },
  allowedSchemes: ['https'],
  allowedIframeHostnames: ['www.tiktok.com'],
  allowIframeRelativeUrls: false,
};

/** TikTok's markup as a careful user of sanitize-html would let it through. */
const TIKTOK_MARKUP: sanitizeHtml.IOptions = {
  allowedTags: ['blockquote', 'section', 'a', 'p', 'strong', 'br', 'iframe'],
  allowedAttributes: {
    blockquote: ['class', 'cite', 'data-video-id'],
    a: ['href', 'title', 'target'],
    iframe: ['src', 'width', 'height', 'allow', 'allowfullscreen', 'title'],
  },
  allowedSchemes: ['https'],
  allowedIframeHostnames: ['www.tiktok.com'],
};

describe('beside sanitize-html', () => {
  it.each(
    VECTORS.filter((vector) => vector.expect === 'safe').map((vector): [string, string] => [vector.name, vector.html]),
  )('what we make of %s passes unchanged', (_name, html) => {
    const verdict = ours({ videoId: ASKED, html });
    if (verdict.verdict === 'rejected') throw new Error('was refused');
    expect(sanitizeHtml(verdict.embed.html, EQUIVALENT)).toBe(verdict.embed.html);
  });

  it('what we call safe holds nothing that it would remove but attributes of the embed and its script', () => {
    const text = (html: string): string => sanitizeHtml(html, { allowedTags: [], allowedAttributes: {} });
    for (const { html, expect: expected } of VECTORS) {
      if (expected === 'safe') expect(text(sanitizeHtml(html, TIKTOK_MARKUP))).toBe(text(html));
    }
  });

  it('we refuse what it would repair and let through: repaired is not trusted', () => {
    const repaired = VECTORS.filter(
      (vector) =>
        vector.expect === 'reject' && sanitizeHtml(vector.html, TIKTOK_MARKUP).includes(`data-video-id="${ASKED}"`),
    );
    expect(repaired.length).toBeGreaterThan(50);
    for (const { html } of repaired) expect(ours({ videoId: ASKED, html }).verdict).toBe('rejected');
  });
});
