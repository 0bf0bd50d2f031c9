import { explain } from '../../domain/library/account-view.ts';
import type { LibraryPage } from '../../domain/library/list-videos.ts';
import type { Account, Totals } from '../../domain/ports.ts';
import { assetAddress } from './assets.ts';
import { icon } from './drawings.ts';
import { html, type Markup } from './html.ts';
import { layout } from './layout.ts';
import { compact, exact, relativeTime } from './numbers.ts';
import { videoCard } from './video-card.ts';

export interface AccountPage {
  readonly account: Account;
  /** The person's other accounts. */
  readonly others: readonly Account[];
  readonly library: LibraryPage;
  readonly totals: Totals;
  readonly now: Date;
}

const nameOf = (account: Account): string => account.profile.displayName ?? 'Your TikTok account';

const portrait = (account: Account): Markup => {
  const { avatarUrl } = account.profile;
  return html`<span class="portrait" aria-hidden="true">
    ${account.profile.displayName === undefined ? icon('play') : [...account.profile.displayName][0]}
    ${avatarUrl !== undefined && html`<img src="${avatarUrl}" alt="" referrerpolicy="no-referrer" />`}
  </span>`;
};

const progress = (account: Account): Markup => {
  const { pages, videos } = account.sync;
  return html`<section class="progress" id="progress" aria-label="Progress">
    <p class="tally"><span id="tally" aria-hidden="true">${exact(videos)}</span> <span>videos so far</span></p>
    <ol class="pages" id="pages" data-pages="${pages}" aria-hidden="true">
      ${Array.from({ length: Math.min(pages, 60) }, () => html`<li></li>`)}
    </ol>
    <p class="hint">${explain(account).detail}</p>
  </section>`;
};

const TOTALS = [
  ['videos', 'Videos'],
  ['views', 'Views'],
  ['likes', 'Likes'],
  ['comments', 'Comments'],
  ['shares', 'Shares'],
] as const satisfies readonly (readonly [keyof Totals, string])[];

const totals = ({ totals: sums }: AccountPage): Markup =>
  html`<dl class="totals">
    ${TOTALS.map(
      ([kind, label]) =>
        html`<div>
          <dt>${label}</dt>
          <dd title="${exact(sums[kind])}">${compact(sums[kind])}</dd>
        </div>`,
    )}
  </dl>`;

/** Everything of the page that changes while it is open and holds nothing that can have the focus. */
const summary = (page: AccountPage): Markup => {
  const { account, library, now } = page;
  const arriving = account.state === 'connected' || account.state === 'syncing';
  const { headline, detail } = explain(account);
  return html`<div id="summary" data-state="${account.state}">
    <p class="state state-${account.state}"><span class="dot"></span>${headline}</p>
    ${arriving ? progress(account) : html`<p class="hint">${detail}</p>`}
    ${!arriving && page.totals.videos > 0 && totals(page)}
    ${
      !arriving &&
      library.freshSince !== undefined &&
      html`<p class="fresh">Numbers refreshed ${relativeTime(new Date(library.freshSince), now)}</p>`
    }
  </div>`;
};

const emptyText = ({ state }: Account): string => {
  if (state === 'healthy') return 'No public videos yet. As soon as you post one at TikTok, it appears here.';
  if (state === 'needs_consent') return 'Your videos appear here once you have reconnected.';
  return 'Your videos appear here as they arrive.';
};

export const accountPage = (page: AccountPage): string => {
  const { account, library, now, others } = page;
  const { action } = explain(account);
  const address = `/account?account=${account.id}`;
  return layout({
    title: nameOf(account),
    kind: 'account',
    signedIn: true,
    script: html`<script type="module" src="${assetAddress('account.js')}"></script>`,
    body: html`<div class="account" data-progress="/api/accounts/${account.id}/progress" data-page="${address}">
      <section class="who">
        ${portrait(account)}
        <h1>${nameOf(account)}</h1>
        ${summary(page)}
        <p class="who-actions">
          ${action === 'reconnect' && html`<a class="primary" href="/connect">Reconnect TikTok</a>`}
          <a class="quiet" href="/account/${account.id}/disconnect">Disconnect</a>
        </p>
        <p class="sr" role="status" id="status"></p>
      </section>
      ${
        others.length > 0 &&
        html`<nav class="others" aria-label="Your other accounts">
          ${others.map((other) => html`<a href="/account?account=${other.id}">${nameOf(other)}</a>`)}
        </nav>`
      }
      <section class="library" aria-labelledby="library-title">
        <h2 id="library-title" class="sr">Videos</h2>
        <p class="empty" id="empty" ${library.videos.length > 0 && html`hidden`}>${emptyText(account)}</p>
        <ul class="grid" id="grid">
          ${library.videos.map((video) => videoCard(video, now))}
        </ul>
        <p class="more" id="more">
          ${
            library.nextCursor !== undefined &&
            html`<a class="quiet" href="${address}&cursor=${library.nextCursor}">Show more videos</a>`
          }
        </p>
      </section>
      <dialog class="theatre" id="theatre" aria-label="Player">
        <button class="close" id="close" type="button" aria-label="Close the player" autofocus>✕</button>
        <div class="screen" id="screen"></div>
      </dialog>
    </div>`,
  });
};
