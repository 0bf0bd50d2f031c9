const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const SCOPE_TEXT: Readonly<Record<string, string>> = {
  'user.info.basic': 'Read your profile name and picture',
  'video.list': 'Read your public videos',
  'video.data': 'Read the counts of your public videos',
  'webhook.subscription': 'Be told when you disconnect the app',
};

/** Without this scope there is no sign-in at all; TikTok does not let anyone untick it. */
const FIXED_SCOPE = 'user.info.basic';

const STYLE = `
  :root { color-scheme: light dark; --ink:#16161a; --paper:#fff; --soft:#f3f3f6; --line:#dcdce3; --dim:#5f5f6b; --go:#e8234f; }
  @media (prefers-color-scheme: dark) { :root { --ink:#f1f1f4; --paper:#18181c; --soft:#232329; --line:#3a3a44; --dim:#a5a5b2; --go:#ff4f74; } }
  * { box-sizing: border-box } body { margin:0; min-height:100vh; display:grid; place-items:center; background:var(--soft); color:var(--ink); font:16px/1.5 system-ui,sans-serif; padding:16px }
  main { width:100%; max-width:26rem; background:var(--paper); border:1px solid var(--line); border-radius:16px; padding:28px 24px }
  h1 { font-size:1.3rem; line-height:1.25; margin:.25rem 0 1rem } .mark { color:var(--dim); font-size:.85rem; margin:0 }
  fieldset { border:0; padding:0; margin:0 0 1rem } legend,label.title { font-weight:600; padding:0; margin-bottom:.4rem; display:block }
  .scope { display:flex; gap:.7rem; align-items:flex-start; padding:.55rem 0; border-top:1px solid var(--line) } .scope input { margin-top:.3rem; width:1.1rem; height:1.1rem; accent-color:var(--go) }
  .scope small { display:block; color:var(--dim) } select { width:100%; font:inherit; padding:.6rem; border-radius:8px; border:1px solid var(--line); background:var(--paper); color:inherit; margin-bottom:1.2rem }
  .actions { display:grid; gap:.6rem } button { font:inherit; font-weight:600; padding:.75rem; border-radius:8px; border:1px solid var(--line); background:transparent; color:inherit; cursor:pointer }
  button.go { background:var(--go); border-color:var(--go); color:#fff } :focus-visible { outline:3px solid var(--go); outline-offset:2px }
`;

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main><p class="mark">Fake TikTok, for development</p>${body}</main></body></html>`;

export interface ConsentView {
  readonly appName: string;
  readonly scopes: readonly string[];
  readonly creators: readonly { readonly handle: string; readonly videos: number }[];
  readonly chosen: string;
  readonly hidden: readonly (readonly [string, string])[];
}

const scopeBox = (scope: string): string => {
  const fixed = scope === FIXED_SCOPE;
  const box = fixed
    ? `<input type="checkbox" checked disabled><input type="hidden" name="scopes" value="${FIXED_SCOPE}">`
    : `<input type="checkbox" name="scopes" value="${escape(scope)}" checked>`;
  return `<label class="scope">${box}<span>${escape(SCOPE_TEXT[scope] ?? scope)}<small>${escape(scope)}${fixed ? ', always needed' : ''}</small></span></label>`;
};

export const consentPage = ({ appName, scopes, creators, chosen, hidden }: ConsentView): string =>
  page(
    `${appName} asks for access`,
    `<h1>${escape(appName)} would like to use your TikTok account</h1>
    <form method="post" action="/v2/auth/authorize/decision">
      ${hidden.map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('')}
      <label class="title" for="creator">You are</label>
      <select id="creator" name="creator">${creators
        .map(
          ({ handle, videos }) =>
            `<option value="${escape(handle)}"${handle === chosen ? ' selected' : ''}>@${escape(handle)} (${videos} videos)</option>`,
        )
        .join('')}</select>
      <fieldset><legend>${escape(appName)} wants to</legend>${scopes.map(scopeBox).join('')}</fieldset>
      <div class="actions"><button class="go" name="decision" value="approve">Continue</button><button name="decision" value="deny">Cancel</button></div>
    </form>`,
  );

export const errorPage = (error: string): string =>
  page('Something is wrong', `<h1>Something is wrong with this app</h1><p>${escape(error)}</p>`);
