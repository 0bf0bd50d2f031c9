import { growth } from './drawings.ts';
import { html, type Markup } from './html.ts';
import { layout } from './layout.ts';

export interface Notice {
  readonly title: string;
  readonly text: Markup | string;
  readonly action?: { readonly href: string; readonly label: string } | undefined;
  readonly second?: { readonly href: string; readonly label: string } | undefined;
  /** Shown small, to quote when asking for help. */
  readonly reference?: string | undefined;
  readonly signedIn?: boolean;
}

/** One message and what to do next. */
export const noticePage = ({ title, text, action, second, reference, signedIn = false }: Notice): string =>
  layout({
    title,
    kind: 'notice',
    signedIn,
    body: html`<section class="notice">
      ${growth()}
      <h1>${title}</h1>
      <p>${text}</p>
      ${
        (action !== undefined || second !== undefined) &&
        html`<p class="actions">
          ${action !== undefined && html`<a class="primary" href="${action.href}">${action.label}</a>`}
          ${second !== undefined && html`<a class="quiet" href="${second.href}">${second.label}</a>`}
        </p>`
      }
      ${reference !== undefined && html`<p class="fine">Reference <code>${reference}</code></p>`}
    </section>`,
  });
