import type { EmbedVerdict } from '@trendpot/contracts';
import { ASKED, ours, type Sanitizer } from './vectors.ts';

/** Sees the markup through a filter first, as if the rule that the filter undermines were missing. */
const blindTo =
  (filter: (html: string) => string): Sanitizer =>
  (untrusted) =>
    ours(untrusted.html === undefined ? untrusted : { ...untrusted, html: filter(untrusted.html) });

const forward = (html: string): EmbedVerdict => ({
  videoId: ASKED,
  verdict: 'safe',
  embed: { videoId: ASKED, html, playerUrl: `https://www.tiktok.com/player/v1/${ASKED}` },
  shareUrl: `https://www.tiktok.com/player/v1/${ASKED}`,
  caption: '',
});

export interface BrokenSanitizer {
  readonly sanitize: Sanitizer;
  /** Vectors that must notice. */
  readonly caughtBy: readonly string[];
}

/** Sanitizers with one mistake each that have been made before. The suite is only worth something if it finds them. */
export const BROKEN: Readonly<Record<string, BrokenSanitizer>> = {
  'forwards-the-markup': {
    sanitize: ({ html }) => forward(html ?? ''),
    caughtBy: ['script-inline', 'handler-img-onerror', 'xmp-cve-2026-44990', 'real-display-api'],
  },
  'removes-scripts-by-pattern': {
    sanitize: ({ html }) => forward((html ?? '').replace(/<script[\s\S]*?<\/script>/gi, '')),
    caughtBy: ['script-nested-to-survive-removal', 'handler-svg-onload', 'url-javascript', 'real-oembed'],
  },
  'trusts-any-host': {
    sanitize: blindTo((html) => html.replace(/https?:\/\/[^/"'\s>]+/g, 'https://www.tiktok.com')),
    caughtBy: ['script-foreign-host', 'url-foreign-host', 'url-cite-foreign-host', 'frame-foreign-host'],
  },
  'trusts-any-host-that-begins-like-tiktok': {
    sanitize: blindTo((html) => html.replace(/https:\/\/www\.tiktok\.com[^/"'\s>]+/g, 'https://www.tiktok.com')),
    caughtBy: ['script-lookalike-host', 'url-subdomain-lookalike', 'url-userinfo', 'frame-lookalike-host'],
  },
  'trusts-any-scheme': {
    sanitize: blindTo((html) =>
      html.replace(/(href|src|cite)="?(?:javascript|data|vbscript):[^">]*/gi, '$1="https://www.tiktok.com/@mara'),
    ),
    caughtBy: ['url-javascript', 'url-javascript-mixed-case', 'url-data-html', 'url-vbscript'],
  },
  'drops-controls-in-addresses-first': {
    sanitize: blindTo((html) => html.replace(/[\u0000-\u001f\u200b\u202e]|&(?:Tab|NewLine|#x?0?[9aA]);/g, '')),
    caughtBy: ['url-zero-width', 'control-nul-in-tag', 'url-direction-override'],
  },
  'forgets-handlers': {
    sanitize: blindTo((html) => html.replace(/[\s/]on\w+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, '')),
    caughtBy: ['handler-on-blockquote', 'handler-on-link', 'handler-on-frame', 'handler-invented-prefix'],
  },
  'believes-any-id': {
    sanitize: blindTo((html) => html.replace(/(data-video-id="|video\/|player\/v1\/)\d+/g, `$1${ASKED}`)),
    caughtBy: ['id-of-another-video', 'id-differs-from-cite', 'frame-other-video'],
  },
  'sees-only-what-a-tree-keeps': {
    sanitize: blindTo((html) => html.replace(/<(?:body|html)\b[^>]*>|<!doctype[^>]*>/gi, '')),
    caughtBy: ['handler-on-dropped-body', 'handler-on-dropped-html', 'doctype-plain'],
  },
  'takes-raw-text-for-text': {
    sanitize: blindTo((html) =>
      html.replace(/<(xmp|textarea|title|noscript|noembed|noframes|template)\b[\s\S]*?<\/\1>/gi, ''),
    ),
    caughtBy: ['xmp-inside-the-quote', 'textarea-raw-text', 'noembed-raw-text', 'template'],
  },
  'skips-comments': {
    sanitize: blindTo((html) => html.replace(/<!--[\s\S]*?(?:-->|$)/g, '')),
    caughtBy: ['comment-plain', 'comment-conditional', 'comment-never-ends'],
  },
  'ignores-styles': {
    sanitize: blindTo((html) => html.replace(/ style="[^"]*"/g, '').replace(/<style[\s\S]*?<\/style>/g, '')),
    caughtBy: ['style-overlay', 'style-element', 'style-behind-allowed-one'],
  },
  'takes-the-first-embed': {
    sanitize: blindTo((html) => html.replace(/(<\/blockquote>)[\s\S]*$/, '$1')),
    caughtBy: ['two-quotes', 'frame-beside-the-quote', 'text-beside'],
  },
  'refuses-everything': {
    sanitize: ({ videoId }) => ({ videoId, verdict: 'rejected', reasons: ['element'] }),
    caughtBy: ['real-display-api', 'real-oembed', 'real-photo', 'real-player-frame'],
  },
};
