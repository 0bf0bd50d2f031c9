import { REASONS } from '../../domain/disconnect/reason.ts';
import type { Account } from '../../domain/ports.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { exact } from './numbers.ts';

/** What a disconnect erases, why, and a confirmation that is not ticked for the creator. */
export const disconnectPage = ({ account, unconfirmed = false }: { account: Account; unconfirmed?: boolean }): string =>
  layout({
    title: 'Disconnect',
    kind: 'disconnect',
    signedIn: true,
    body: html`<section class="leave">
      <h1>Disconnect ${account.profile.displayName ?? 'your TikTok account'}</h1>
      <p>TrendPot will end its access at TikTok and erase, for good:</p>
      <ul class="erased">
        <li>your access, sealed in the vault</li>
        <li>
          ${account.sync.videos > 0 ? `${exact(account.sync.videos)} stored videos` : 'all stored videos'} with their
          numbers
        </li>
        <li>your display name and picture</li>
        <li>everything that is still queued for you</li>
      </ul>
      <p>Your videos at TikTok stay as they are.</p>
      <form method="post" action="/account/${account.id}/disconnect">
        <fieldset>
          <legend>Why are you leaving?</legend>
          ${Object.entries(REASONS).map(
            ([key, words], index) =>
              html`<label class="choice"
                ><input type="radio" name="reason" value="${key}" ${index === 0 && html`checked`} /><span
                  >${words}</span
                ></label
              >`,
          )}
          <label class="comment" for="comment">Anything to add? <span class="optional">Optional</span></label>
          <textarea id="comment" name="comment" rows="3" maxlength="400"></textarea>
        </fieldset>
        <label class="choice confirm"
          ><input
            type="checkbox"
            name="confirm"
            value="yes"
            required
            ${unconfirmed && html`aria-invalid="true" aria-describedby="unconfirmed"`}
          /><span>I understand that this cannot be undone.</span></label
        >
        ${unconfirmed && html`<p class="fault" id="unconfirmed" role="alert">Please tick the box to confirm.</p>`}
        <p class="actions">
          <button class="danger" type="submit">Disconnect and erase</button>
          <a class="quiet" href="/account?account=${account.id}">Keep it connected</a>
        </p>
      </form>
    </section>`,
  });
