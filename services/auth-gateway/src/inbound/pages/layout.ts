import { assetAddress } from './assets.ts';
import { html, type Markup } from './html.ts';
import { logo } from './drawings.ts';

export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Which page it is, for the style sheet. */
  readonly kind: string;
  readonly script?: Markup | undefined;
  readonly signedIn?: boolean;
}

/** The frame of every page. No inline script and no inline style: the content security policy forbids both. */
export const layout = ({ title, body, kind, script, signedIn = false }: Page): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f1f4f0" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0d1412" />
        <title>${title} · TrendPot</title>
        <link rel="icon" type="image/svg+xml" href="${assetAddress('mark.svg')}" />
        <link
          rel="preload"
          as="font"
          type="font/woff2"
          crossorigin
          href="${assetAddress('fonts/bricolage-grotesque.woff2')}"
        />
        <link rel="stylesheet" href="${assetAddress('trendpot.css')}" />
        ${script}
      </head>
      <body class="page-${kind}">
        <a class="skip" href="#main">Skip to content</a>
        <header class="top">
          <a class="brand" href="${signedIn ? '/account' : '/connect'}">${logo()}<span>TrendPot</span></a>
          ${signedIn && html`<nav aria-label="Main"><a href="/account">Your videos</a></nav>`}
        </header>
        <main id="main" tabindex="-1">${body}</main>
        <footer class="bottom">
          <p>TrendPot is not affiliated with TikTok. Videos play in TikTok’s own player.</p>
        </footer>
      </body>
    </html>`.text;
