import express, { type Request, type Response, type Router } from 'express';
import { consentPage, errorPage } from './consent-page.ts';
import { knownScopes } from './scopes.ts';
import { acceptsRedirect, type Client, type FakeState } from './state.ts';

interface AuthorizeRequest {
  readonly client: Client;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly challenge: string | undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads the parameters of the redirect, or says what TikTok's own error page would. */
const readRequest = (state: FakeState, given: Record<string, unknown>): AuthorizeRequest | string => {
  const client = state.clients.get(text(given['client_key']));
  if (client === undefined) return 'unauthorized_client: client_key';
  const redirectUri = text(given['redirect_uri']);
  if (!acceptsRedirect(client, redirectUri)) return 'unauthorized_client: redirect_uri';
  if (text(given['response_type']) !== 'code') return 'unsupported_response_type';
  const scopes = text(given['scope']).split(',').filter(Boolean);
  const known = knownScopes(state.knobs.dialect);
  if (scopes.length === 0 || scopes.some((scope) => !known.includes(scope))) return 'invalid_scope';
  if (text(given['state']) === '') return 'invalid_request: state';
  const challenge = text(given['code_challenge']);
  if (challenge !== '' && text(given['code_challenge_method']) !== 'S256')
    return 'invalid_request: code_challenge_method';
  return {
    client,
    redirectUri,
    scopes,
    state: text(given['state']),
    challenge: challenge === '' ? undefined : challenge,
  };
};

const showConsent =
  (state: FakeState) =>
  (request: Request, response: Response): void => {
    const asked = readRequest(state, request.query as Record<string, unknown>);
    if (typeof asked === 'string') return void response.status(400).type('html').send(errorPage(asked));
    const chosen = text(request.query['creator']) || 'sample';
    response.type('html').send(
      consentPage({
        scopes: asked.scopes,
        creators: [...state.creators.values()].map(({ handle, videos }) => ({ handle, videos: videos.length })),
        chosen,
        hidden: Object.entries(request.query as Record<string, string>).filter(
          ([name]) => name !== 'scope' && name !== 'creator',
        ),
        appName: 'TrendPot',
      }),
    );
  };

const decide =
  (state: FakeState) =>
  (request: Request, response: Response): void => {
    const fields = (request.body ?? {}) as Record<string, string | string[]>;
    const ticked = [fields['scopes'] ?? []].flat();
    const asked = readRequest(state, { ...fields, scope: ticked.length === 0 ? 'user.info.basic' : ticked.join(',') });
    if (typeof asked === 'string') return void response.status(400).type('html').send(errorPage(asked));
    const target = new URL(asked.redirectUri);
    if (fields['decision'] !== 'approve') {
      target.searchParams.set('error', 'access_denied');
      target.searchParams.set('error_description', 'The user denied the request.');
      target.searchParams.set('state', asked.state);
      return response.redirect(302, target.href);
    }
    const creator = state.creators.get(text(fields['creator']));
    if (creator === undefined)
      return void response.status(400).type('html').send(errorPage('there is no such creator'));
    const scopes = state.knobs.grantedScopes ?? asked.scopes;
    const code = state.grants.issueCode(
      {
        clientKey: asked.client.key,
        creator: creator.handle,
        redirectUri: asked.redirectUri,
        scopes,
        challenge: asked.challenge,
      },
      state.knobs.codeSeconds,
    );
    // The recorded order: code, scopes, state.
    target.searchParams.set('code', code);
    target.searchParams.set('scopes', scopes.join(','));
    target.searchParams.set('state', asked.state);
    response.redirect(302, target.href);
  };

/** The page a creator meets at TikTok. */
export const authorizeRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.get('/v2/auth/authorize/', showConsent(state));
  router.post('/v2/auth/authorize/decision', express.urlencoded({ extended: false }), decide(state));
  return router;
};
