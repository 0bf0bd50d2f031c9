import type { Request } from 'express';
import type { CallRecord } from './call-log.ts';
import type { Client } from './clients.ts';
import type { Grant, TokenPair } from './grants.ts';
import { verifies } from './pkce.ts';
import type { FakeState } from './state.ts';

export type Form = Readonly<Record<string, unknown>>;

/** A refusal in TikTok's words; source: tiktok-api.md 1.4. */
export class OAuthFault extends Error {
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

export const MALFORMED = 'The request parameters are malformed.';

/** JSON, another type of body, and no body at all are refused alike. */
export const formOf = (request: Request): Form => {
  if (typeof request.is('application/x-www-form-urlencoded') !== 'string')
    throw new OAuthFault('invalid_request', MALFORMED);
  return (request.body ?? {}) as Form;
};

/** A field that must be there once. */
const field = (form: Form, name: string, description = MALFORMED): string => {
  const value = form[name];
  if (typeof value !== 'string' || value === '') throw new OAuthFault('invalid_request', description);
  return value;
};

const authenticate = (state: FakeState, form: Form): Client => {
  const client = state.clients.get(field(form, 'client_key'));
  const secret = field(form, 'client_secret', 'Client secret is missed in request.');
  if (client?.secrets.includes(secret) !== true) {
    throw new OAuthFault('invalid_client', 'Client key or secret is incorrect.');
  }
  return client;
};

/** Flat: no `data`, no `error`. */
const answerOf = (
  state: FakeState,
  grant: Grant,
  { accessToken, refreshToken }: TokenPair,
): Record<string, unknown> => ({
  access_token: accessToken,
  expires_in: state.knobs.accessTokenSeconds,
  open_id: state.creators.get(grant.creator)?.openId,
  refresh_expires_in: state.knobs.refreshTokenSeconds,
  refresh_token: refreshToken,
  scope: grant.scopes.join(','),
  token_type: 'Bearer',
});

export const exchangeCode = (state: FakeState, form: Form, call: CallRecord): Record<string, unknown> => {
  const client = authenticate(state, form);
  const value = field(form, 'code');
  const redirectUri = field(form, 'redirect_uri');
  const issued = state.codes.take(value);
  if (issued?.clientKey !== client.key) throw new OAuthFault('invalid_grant', 'Authorization code is expired.');
  call.creator = issued.creator;
  if (issued.redirectUri !== redirectUri) {
    throw new OAuthFault('invalid_request', 'Redirect_uri is not matched with the uri when requesting code.');
  }
  if (!verifies(issued.challenge, form['code_verifier'] as string | undefined)) {
    throw new OAuthFault('invalid_request', 'Code verifier or code challenge is invalid.');
  }
  const grant = state.grants.open(issued, state.knobs);
  return answerOf(state, grant, state.grants.issue(grant, state.knobs));
};

export const refreshTokens = (state: FakeState, form: Form): Record<string, unknown> => {
  const client = authenticate(state, form);
  const value = field(form, 'refresh_token');
  const grant = state.grants.byRefreshToken(value);
  if (grant?.clientKey !== client.key) {
    const owner = state.grants.ownerOfRefreshToken(value);
    if (owner !== undefined && owner.refreshToken !== value) owner.lateRefreshes += 1;
    throw new OAuthFault('invalid_grant', 'Refresh token is invalid or expired.');
  }
  return answerOf(state, grant, state.grants.issue(grant, state.knobs));
};

/** Needs a live access token of the same app: an expired one is refused as unknown, and the grant lives on. */
export const revokeToken = (state: FakeState, form: Form): void => {
  const client = authenticate(state, form);
  const grant = state.grants.byAccessToken(field(form, 'token'));
  if (grant?.clientKey !== client.key)
    throw new OAuthFault('invalid_request', 'The access token is unknown or expired.');
  state.grants.void(grant, 'revoked-by-app');
};
