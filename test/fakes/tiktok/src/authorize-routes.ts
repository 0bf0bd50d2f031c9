import express, { type Request, type Response, type Router } from 'express';
import { callOf } from './arrivals.ts';
import { AUTHORIZE_PARAMETERS, backTo, readAuthorizeRequest, type AuthorizeRequest } from './authorize-request.ts';
import { consentPage, errorPage } from './consent-page.ts';
import { interfere } from './interfere.ts';
import { BASIC_SCOPE } from './scopes.ts';
import type { FakeState } from './state.ts';

type Fields = Readonly<Record<string, unknown>>;

const sendError = (response: Response, what: string): void => {
  response.status(400).type('html').send(errorPage(what));
};

const showConsent = (state: FakeState, request: Request, response: Response): void => {
  const query = request.query as Fields;
  const asked = readAuthorizeRequest(state, query);
  if (typeof asked === 'string') return sendError(response, asked);
  const hidden = AUTHORIZE_PARAMETERS.flatMap((name) =>
    typeof query[name] === 'string' ? [[name, query[name]] as const] : [],
  );
  const page = consentPage({
    scopes: asked.scopes,
    creators: [...state.creators.values()].map(({ handle, videos }) => ({ handle, videos: videos.length })),
    chosen: typeof query['creator'] === 'string' ? query['creator'] : 'sample',
    hidden,
    appName: 'TrendPot',
  });
  response.set('cache-control', 'no-store').type('html').send(page);
};

/** A program may leave `scope` out and send the ticked ones alone. */
const tickedOf = (fields: Fields): string[] =>
  [fields['scopes'] ?? []].flat().filter((scope) => typeof scope === 'string');

const grantedOf = (state: FakeState, asked: AuthorizeRequest, ticked: readonly string[]): readonly string[] =>
  state.knobs.grantedScopes ?? asked.scopes.filter((scope) => scope === BASIC_SCOPE || ticked.includes(scope));

const decide = (state: FakeState, request: Request, response: Response): void => {
  const fields = (request.body ?? {}) as Fields;
  const ticked = tickedOf(fields);
  const scope = fields['scope'] ?? [BASIC_SCOPE, ...ticked].join(',');
  const asked = readAuthorizeRequest(state, { ...fields, scope });
  if (typeof asked === 'string') return sendError(response, asked);
  if (fields['decision'] !== 'approve') {
    const denial = { error: 'access_denied', error_description: 'The user denied the request.', state: asked.state };
    return response.redirect(302, backTo(asked.redirectUri, denial));
  }
  const creator = state.creators.get(String(fields['creator']));
  if (creator === undefined) return sendError(response, 'there is no such creator');
  callOf(response).client = asked.client.key;
  callOf(response).creator = creator.handle;
  const scopes = grantedOf(state, asked, ticked);
  const code = state.codes.issue(
    {
      clientKey: asked.client.key,
      creator: creator.handle,
      redirectUri: asked.redirectUri,
      scopes,
      challenge: asked.challenge,
    },
    state.knobs.codeSeconds,
  );
  response.redirect(302, backTo(asked.redirectUri, { code, scopes: scopes.join(','), state: asked.state }));
};

/** The page a creator meets at TikTok. It always asks, as with `disable_auto_auth=1`: there is no session here. */
export const authorizeRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.use(express.urlencoded({ extended: false }), interfere(state));
  router.get('/authorize/', (request, response) => showConsent(state, request, response));
  router.post('/authorize/decision', (request, response) => decide(state, request, response));
  return router;
};
