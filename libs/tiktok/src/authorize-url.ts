/**
 * Where the creator is sent to consent. The client secret has no place in it.
 *
 * @param options.scopes joined with commas, as TikTok wants them
 * @param options.alwaysAsk show the consent page even to a creator with a valid session, so that another account can be chosen
 */
export const authorizeUrl = (options: {
  authorizeUrl: string;
  clientKey: string;
  scopes: readonly string[];
  redirectUri: string;
  state: string;
  codeChallenge?: string;
  alwaysAsk?: boolean;
}): string => {
  const url = new URL(options.authorizeUrl);
  url.searchParams.set('client_key', options.clientKey);
  url.searchParams.set('scope', options.scopes.join(','));
  url.searchParams.set('response_type', 'code');
  url.searchParams.set('redirect_uri', options.redirectUri);
  url.searchParams.set('state', options.state);
  if (options.alwaysAsk === true) url.searchParams.set('disable_auto_auth', '1');
  if (options.codeChallenge !== undefined) {
    url.searchParams.set('code_challenge', options.codeChallenge);
    url.searchParams.set('code_challenge_method', 'S256');
  }
  return url.href;
};
