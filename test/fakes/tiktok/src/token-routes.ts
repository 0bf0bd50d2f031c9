import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { callOf } from './arrivals.ts';
import { sendOAuthFault } from './envelope.ts';
import type { Grant } from './grants.ts';
import { interfere } from './interfere.ts';
import { exchangeCode, formOf, MALFORMED, OAuthFault, refreshTokens, revokeToken, type Form } from './token-grants.ts';
import type { FakeState } from './state.ts';

/** Notes whose tokens a call is about, and how many refreshes of one grant are under way at once, held ones included. */
const trackOwner =
  (state: FakeState) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const body = (request.body ?? {}) as Form;
    const call = callOf(response);
    const refreshing = state.grants.ownerOfRefreshToken(String(body['refresh_token']));
    const owner = refreshing ?? state.grants.ownerOfAccessToken(String(body['token']));
    call.client = typeof body['client_key'] === 'string' ? body['client_key'] : undefined;
    call.creator = owner?.creator;
    if (refreshing !== undefined) trackRefresh(refreshing, response);
    next();
  };

const trackRefresh = (grant: Grant, response: Response): void => {
  grant.refreshesInFlight += 1;
  grant.maxRefreshesInFlight = Math.max(grant.maxRefreshesInFlight, grant.refreshesInFlight);
  response.once('close', () => (grant.refreshesInFlight -= 1));
};

const answering =
  (state: FakeState, answer: (request: Request, response: Response) => void) =>
  (request: Request, response: Response): void => {
    try {
      answer(request, response);
    } catch (error) {
      if (!(error instanceof OAuthFault)) throw error;
      sendOAuthFault(response, state.knobs.oauthErrorStatus, error.error, error.message);
    }
  };

/** The OAuth endpoints behind the consent page: exchange, refresh, revoke. */
export const tokenRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.use(express.urlencoded({ extended: false, limit: '64kb' }), trackOwner(state), interfere(state));
  router.post(
    '/token/',
    answering(state, (request, response) => {
      const form = formOf(request);
      switch (form['grant_type']) {
        case undefined:
          throw new OAuthFault('invalid_request', MALFORMED);
        case 'authorization_code':
          return void response.json(exchangeCode(state, form, callOf(response)));
        case 'refresh_token':
          return void response.json(refreshTokens(state, form));
        default:
          throw new OAuthFault('unsupported_grant_type', 'The grant type is not supported.');
      }
    }),
  );
  router.post(
    '/revoke/',
    answering(state, (request, response) => {
      revokeToken(state, formOf(request));
      if (state.knobs.revokeBody === '{}') response.json({});
      else response.status(200).end();
    }),
  );
  router.use((_request, response) => sendOAuthFault(response, 404, 'invalid_request', 'There is no such endpoint.'));
  return router;
};
