import { DEFAULT_CLIENT } from './clients.ts';

/** Who agrees to what. */
export interface Consent {
  readonly creator: string;
  readonly scopes: readonly string[];
  readonly redirectUri?: string;
}

const REDIRECT = 'http://127.0.0.1/callback';

/** What a creator's browser brings back from the consent page of the fake at `url`, for its first app. */
export const authorizationCodeAt = async (
  url: string,
  { creator, scopes, redirectUri = REDIRECT }: Consent,
): Promise<string> => {
  const form = new URLSearchParams({
    client_key: DEFAULT_CLIENT.key,
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 'state',
    creator,
    decision: 'approve',
  });
  for (const scope of scopes) form.append('scopes', scope);
  const answer = await fetch(`${url}/v2/auth/authorize/decision`, { method: 'POST', body: form, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
};

/** The access token that such a code is redeemed for. */
export const accessTokenAt = async (url: string, consent: Consent): Promise<string> => {
  const body = new URLSearchParams({
    client_key: DEFAULT_CLIENT.key,
    client_secret: DEFAULT_CLIENT.secrets[0] ?? '',
    code: await authorizationCodeAt(url, consent),
    grant_type: 'authorization_code',
    redirect_uri: consent.redirectUri ?? REDIRECT,
  });
  const answer = await fetch(`${url}/v2/oauth/token/`, { method: 'POST', body });
  return ((await answer.json()) as { access_token: string }).access_token;
};
