import { CONSENT_STYLE } from './consent-style.ts';
import { BASIC_SCOPE } from './scopes.ts';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const SCOPE_TEXT: Readonly<Record<string, string>> = {
  [BASIC_SCOPE]: 'Read your profile name and picture',
  'user.info.profile': 'Read your bio, link and user name',
  'user.info.stats': 'Read your follower and like counts',
  'video.list': 'Read your public videos',
  'video.data': 'Read the counts of your public videos',
  'webhook.subscription': 'Be told when you disconnect the app',
  'video.publish': 'Post to your account',
  'video.upload': 'Upload drafts to your account',
};

export interface ConsentView {
  readonly appName: string;
  readonly scopes: readonly string[];
  readonly creators: readonly { readonly handle: string; readonly videos: number }[];
  /** Handle of the creator who is selected at first. */
  readonly chosen: string;
  /** What was asked for, sent back with the decision. */
  readonly hidden: readonly (readonly [string, string])[];
}

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
  `<title>${escape(title)}</title><style>${CONSENT_STYLE}</style></head><body><main><div class="pair" aria-hidden="true">` +
  `<span class="tile">T</span><span class="dots">•••</span><span class="tile note">♪</span><span class="mark">Fake TikTok</span></div>${body}</main></body></html>`;

const scopeBox = (scope: string): string => {
  const fixed = scope === BASIC_SCOPE;
  const box = fixed
    ? `<input type="checkbox" checked disabled><input type="hidden" name="scopes" value="${BASIC_SCOPE}">`
    : `<input type="checkbox" name="scopes" value="${escape(scope)}" checked>`;
  const note = `<small>${escape(scope)}${fixed ? ', always needed' : ''}</small>`;
  return `<label class="scope${fixed ? ' fixed' : ''}">${box}<span>${escape(SCOPE_TEXT[scope] ?? scope)}${note}</span></label>`;
};

const creatorOption = (handle: string, videos: number, selected: boolean): string => {
  const count = videos === 1 ? '1 video' : `${videos.toLocaleString('en')} videos`;
  return `<option value="${escape(handle)}"${selected ? ' selected' : ''}>@${escape(handle)}, ${count}</option>`;
};

export const consentPage = ({ appName, scopes, creators, chosen, hidden }: ConsentView): string => {
  const name = escape(appName);
  return page(
    `${appName} asks for access`,
    `<h1>${name} would like to use your TikTok account</h1>
<form method="post" action="/v2/auth/authorize/decision">
${hidden.map(([field, value]) => `<input type="hidden" name="${escape(field)}" value="${escape(value)}">`).join('\n')}
<label class="title" for="creator">You are</label>
<select id="creator" name="creator">${creators.map(({ handle, videos }) => creatorOption(handle, videos, handle === chosen)).join('')}</select>
<fieldset><legend>${name} will be able to</legend>${scopes.map(scopeBox).join('')}</fieldset>
<div class="actions"><button class="go" name="decision" value="approve">Continue</button><button name="decision" value="deny">Cancel</button></div>
</form>
<footer>You can take this back at any time in TikTok, or in ${name}.</footer>`,
  );
};

export const errorPage = (error: string): string =>
  page(
    'Something went wrong',
    `<h1>Something went wrong</h1><p>We could not sign you in to this app. This may be due to its settings.</p><footer><code>${escape(error)}</code></footer>`,
  );
