import type { Receipt } from '../../domain/disconnect/disconnect-account.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { absoluteTime, exact } from './numbers.ts';

const AT_TIKTOK: Readonly<Record<Receipt['atTikTok'], string>> = {
  revoked: 'Ended',
  'already-void': 'Had ended before',
  'given-up': 'TikTok could not be told. Its own access list can end it: Settings, Security, Manage app permissions.',
  pending: 'TikTok does not answer; TrendPot goes on telling it. The access is erased here either way.',
};

export const receiptPage = ({ receipt, videosLeft }: { receipt: Receipt; videosLeft: number }): string =>
  layout({
    title: 'Disconnected',
    kind: 'receipt',
    body: html`<section class="receipt">
      <h1>You are disconnected</h1>
      <p>Keep this page if you want a proof. The last line names the entry in our audit log.</p>
      <dl class="slip">
        <div>
          <dt>Ended</dt>
          <dd>${absoluteTime(new Date(receipt.revokedAt))}</dd>
        </div>
        <div>
          <dt>At TikTok</dt>
          <dd>${AT_TIKTOK[receipt.atTikTok]}</dd>
        </div>
        <div>
          <dt>Access</dt>
          <dd>Erased</dd>
        </div>
        <div>
          <dt>Name and picture</dt>
          <dd>Erased</dd>
        </div>
        <div>
          <dt>Videos</dt>
          <dd>${videosLeft === 0 ? 'Erased' : `${exact(videosLeft)} still being erased; reload to see`}</dd>
        </div>
        <div>
          <dt>Account</dt>
          <dd><code>${receipt.accountId}</code></dd>
        </div>
        <div class="proof">
          <dt>Receipt</dt>
          <dd><code>${receipt.receipt}</code></dd>
        </div>
      </dl>
      <p class="actions"><a class="quiet" href="/connect">Connect again</a></p>
    </section>`,
  });
