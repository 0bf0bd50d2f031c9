import { growth } from './drawings.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';

export interface Notice {
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly href: string; readonly label: string } | undefined;
  /** Shown small, to quote when asking for help. */
  readonly reference?: string | undefined;
  readonly signedIn?: boolean;
}

/** One message and what to do next. */
export const noticePage = ({ title, text, action, reference, signedIn = false }: Notice): string =>
  layout({
    title,
    kind: 'notice',
    signedIn,
    body: html`<section class="notice">
      ${growth()}
      <h1>${title}</h1>
      <p>${text}</p>
      ${
        action !== undefined &&
        html`<p class="actions"><a class="primary" href="${action.href}">${action.label}</a></p>`
      }
      ${reference !== undefined && html`<p class="fine">Reference <code>${reference}</code></p>`}
    </section>`,
  });
