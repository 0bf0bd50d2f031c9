import type { ConsentCopy } from '../../domain/consent-copy.ts';
import { growth, icon } from './drawings.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';

/** The hand-off page: what will happen and what is allowed, before TikTok is asked. */
export const connectPage = (page: { copy: ConsentCopy; returnPath?: string | undefined; connected: boolean }): string =>
  layout({
    title: 'Connect TikTok',
    kind: 'connect',
    signedIn: page.connected,
    body: html`<div class="handoff">
      <section class="hero">
        ${growth()}
        <h1>Bring your TikTok videos to TrendPot</h1>
        <p class="statement">${page.copy.statement}</p>
        <p class="aside">
          One consent, at TikTok. Then your public videos and their numbers appear here and stay fresh by themselves.
        </p>
      </section>
      <section class="consent" aria-labelledby="consent-title">
        <h2 id="consent-title">What you allow</h2>
        <ul class="permissions">
          ${page.copy.permissions.map(
            ({ scope, title, words }) =>
              html`<li data-scope="${scope}">
                <strong>${title}</strong>
                <span>${words}</span>
              </li>`,
          )}
        </ul>
        <h2>What TrendPot promises</h2>
        <ul class="promises">
          ${page.copy.promises.map((promise) => html`<li>${icon('tick')}<span>${promise}</span></li>`)}
        </ul>
        <form method="post" action="/connect">
          ${page.returnPath !== undefined && html`<input type="hidden" name="returnPath" value="${page.returnPath}" />`}
          <button class="primary" type="submit">Continue to TikTok</button>
        </form>
        ${
          page.connected &&
          html`<p class="after">You are connected already. <a href="/account">Go to your videos</a></p>`
        }
        <p class="fine">TikTok asks you to confirm. Wording ${page.copy.version}.</p>
      </section>
    </div>`,
  });
