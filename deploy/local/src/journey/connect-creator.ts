import { openBrowser, type Browser, type PageAnswer } from './browser.ts';
import { readForm } from './form.ts';

export interface ConnectOptions {
  readonly creator: string;
  readonly decision?: 'approve' | 'deny';
  /** Scopes the creator unticks at TikTok. */
  readonly untick?: readonly string[];
  readonly browser?: Browser;
}

export interface Connected {
  readonly browser: Browser;
  /** The page the creator ends on. */
  readonly page: PageAnswer;
  /** The address TikTok sent the browser back to. */
  readonly callbackUrl: string;
  /** The address the browser was sent to at TikTok. */
  readonly authorizeUrl: string;
  /** `performance.now()` of the moment TikTok sent the browser back. */
  readonly decidedAt: number;
}

/** Opens the hand-off page and follows it to TikTok: what a creator's browser does before the consent. */
export const beginConnect = async (gatewayUrl: string, browser: Browser): Promise<PageAnswer> => {
  const handOff = await browser.get(`${gatewayUrl}/connect`);
  const { action, fields } = readForm(handOff.text, handOff.url);
  const answer = await browser.post(action, fields);
  if (answer.location === undefined) throw new Error(`the hand-off did not lead to TikTok: status ${answer.status}`);
  return browser.follow(answer);
};

/** Drives the real HTTP flow: hand-off page, the fake TikTok's consent, callback, account page. */
export const connectCreator = async (gatewayUrl: string, options: ConnectOptions): Promise<Connected> => {
  const browser = options.browser ?? openBrowser();
  const consent = await beginConnect(gatewayUrl, browser);
  const { action, fields } = readForm(consent.text, consent.url);
  const unticked = new Set(options.untick ?? []);
  const ticked = fields.getAll('scopes').filter((scope) => !unticked.has(scope));
  fields.delete('scopes');
  for (const scope of ticked) fields.append('scopes', scope);
  fields.set('creator', options.creator);
  fields.set('decision', options.decision ?? 'approve');
  const decided = await browser.post(action, fields);
  const decidedAt = performance.now();
  if (decided.location === undefined) throw new Error(`TikTok did not send the browser back: status ${decided.status}`);
  return {
    browser,
    page: await browser.follow(decided),
    callbackUrl: decided.location,
    authorizeUrl: consent.url,
    decidedAt,
  };
};
