import { acceptsRedirect, type Client } from './clients.ts';
import { BASIC_SCOPE, knownScopes } from './scopes.ts';
import type { FakeState } from './state.ts';

/** The parameters of the redirect to TikTok, once they hold. */
export interface AuthorizeRequest {
  readonly client: Client;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly challenge: string | undefined;
}

export const AUTHORIZE_PARAMETERS = [
  'client_key',
  'scope',
  'response_type',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Scopes are joined with commas. One that does not exist, a space-separated list for example, refuses all. */
const scopesOf = (state: FakeState, scope: string): string[] | undefined => {
  const scopes = [...new Set(scope.split(',').filter(Boolean))];
  const known = knownScopes(state.knobs.dialect);
  if (scopes.length === 0 || scopes.some((name) => !known.includes(name))) return undefined;
  return scopes.includes(BASIC_SCOPE) ? scopes : [BASIC_SCOPE, ...scopes];
};

/** The request, or what TikTok's own error page says. Nothing is sent to the redirect address before all of it holds. */
export const readAuthorizeRequest = (
  state: FakeState,
  given: Readonly<Record<string, unknown>>,
): AuthorizeRequest | string => {
  const client = state.clients.get(text(given['client_key']));
  if (client === undefined) return 'error=unauthorized_client&error_type=client_key';
  const redirectUri = text(given['redirect_uri']);
  if (!acceptsRedirect(client, redirectUri)) return 'error=unauthorized_client&error_type=redirect_uri';
  if (text(given['response_type']) !== 'code') return 'error=unsupported_response_type&error_type=response_type';
  const scopes = scopesOf(state, text(given['scope']));
  if (scopes === undefined) return 'error=invalid_scope&error_type=scope';
  if (text(given['state']) === '') return 'error=invalid_request&error_type=state';
  const challenge = text(given['code_challenge']) || undefined;
  if (challenge !== undefined && text(given['code_challenge_method']) !== 'S256') {
    return 'error=invalid_request&error_type=code_challenge_method';
  }
  return { client, redirectUri, scopes, state: text(given['state']), challenge };
};

/** Everything but letters, digits and `-_.~` is encoded, as recorded: `%2A`, `%21`. */
const encode = (value: string): string =>
  encodeURIComponent(value).replace(
    /[*!'()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The address the browser goes back to, its parameters in the order given. */
export const backTo = (redirectUri: string, parameters: Readonly<Record<string, string>>): string =>
  `${redirectUri}?${Object.entries(parameters)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join('&')}`;
