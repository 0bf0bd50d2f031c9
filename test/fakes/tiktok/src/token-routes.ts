import { createHash } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { sendOAuthFault } from './envelope.ts';
import type { Grant, TokenPair } from './grants.ts';
import { recordCalls } from './recorder.ts';
import type { Client, FakeState } from './state.ts';

/** TikTok's PKCE: lower-case hex of the digest, not base64url, although the method is called S256. */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier, 'ascii').digest('hex');

const form = (request: Request): Record<string, string> => (request.body ?? {}) as Record<string, string>;

const clientOf = (state: FakeState, { client_key, client_secret }: Record<string, string>): Client | undefined => {
  const client = state.clients.get(client_key ?? '');
  return client !== undefined && client.secrets.includes(client_secret ?? '') ? client : undefined;
};

const sendPair = (response: Response, state: FakeState, grant: Grant, pair: TokenPair): void => {
  response.json({
    access_token: pair.accessToken,
    expires_in: pair.accessSeconds,
    open_id: state.creators.get(grant.creator)?.openId,
    refresh_expires_in: pair.refreshSeconds,
    refresh_token: pair.refreshToken,
    scope: grant.scopes.join(','),
    token_type: 'Bearer',
  });
};

const exchange = (state: FakeState, client: Client, fields: Record<string, string>, response: Response): void => {
  const refuse = (error: string, text: string): void => sendOAuthFault(response, state.knobs, error, text);
  const code = state.grants.takeCode(fields['code'] ?? '');
  if (code === undefined || code.clientKey !== client.key)
    return refuse('invalid_grant', 'Authorization code is expired.');
  if (code.redirectUri !== fields['redirect_uri']) {
    return refuse('invalid_request', 'Redirect_uri is not matched with the uri when requesting code.');
  }
  if (code.challenge !== undefined && code.challenge !== challengeOf(fields['code_verifier'] ?? '')) {
    return refuse('invalid_request', 'Code verifier or code challenge is invalid.');
  }
  const { grant, pair } = state.grants.open(code, state.knobs);
  sendPair(response, state, grant, pair);
};

const refresh = (state: FakeState, client: Client, fields: Record<string, string>, response: Response): void => {
  const grant = state.grants.byRefreshToken(fields['refresh_token'] ?? '');
  if (grant === undefined || grant.clientKey !== client.key) {
    return sendOAuthFault(response, state.knobs, 'invalid_grant', 'Refresh token is invalid or expired.');
  }
  sendPair(response, state, grant, state.grants.rotate(grant, state.knobs));
};

const token =
  (state: FakeState) =>
  (request: Request, response: Response): void => {
    if (request.is('application/x-www-form-urlencoded') === false) {
      return sendOAuthFault(response, state.knobs, 'invalid_request', 'The request parameters are malformed.');
    }
    const fields = form(request);
    const client = clientOf(state, fields);
    if (client === undefined)
      return sendOAuthFault(response, state.knobs, 'invalid_client', 'Client key or secret is incorrect.');
    switch (fields['grant_type']) {
      case 'authorization_code':
        return exchange(state, client, fields, response);
      case 'refresh_token':
        return refresh(state, client, fields, response);
      default:
        return sendOAuthFault(response, state.knobs, 'unsupported_grant_type', 'The grant type is not supported.');
    }
  };

const revoke =
  (state: FakeState) =>
  (request: Request, response: Response): void => {
    const fields = form(request);
    if (clientOf(state, fields) === undefined) {
      return sendOAuthFault(response, state.knobs, 'invalid_client', 'Client key or secret is incorrect.');
    }
    const grant = state.grants.byAccessToken(fields['token'] ?? '');
    if (grant === undefined)
      return sendOAuthFault(response, state.knobs, 'invalid_request', 'The access token is unknown or expired.');
    state.grants.revoke(grant);
    // `json` in both cases, so that a lost answer is lost for both bodies.
    if (state.knobs.revokeBody === '{}') response.json({});
    else response.status(200).end();
  };

/** The OAuth endpoints behind the consent page: exchange, refresh, revoke. */
export const tokenRoutes = (state: FakeState): Router => {
  const router = express.Router();
  const record = recordCalls(state, 'oauth');
  router.use('/v2/oauth', (request, response, next) => void record(request, response, next));
  router.use('/v2/oauth', express.urlencoded({ extended: false, limit: '64kb' }));
  router.use('/v2/oauth/token/', trackRefreshes(state));
  router.post('/v2/oauth/token/', token(state));
  router.post('/v2/oauth/revoke/', revoke(state));
  return router;
};

/** Notes how many refreshes of one grant were under way at once, held ones included, and which came too late. */
const trackRefreshes =
  (state: FakeState) =>
  (request: Request, response: Response, next: () => void): void => {
    const presented = form(request)['refresh_token'];
    const grant = presented === undefined ? undefined : state.grants.byRefreshToken(presented);
    if (grant !== undefined) {
      grant.refreshesInFlight += 1;
      grant.maxRefreshesInFlight = Math.max(grant.maxRefreshesInFlight, grant.refreshesInFlight);
      response.once('close', () => (grant.refreshesInFlight -= 1));
    }
    next();
  };
