import express, { type Router } from 'express';
import type { Grant } from '../grants.ts';
import type { FakeState } from '../state.ts';
import { ControlRefusal, readBody, text, texts } from './body.ts';

/** State of a grant; never a token. */
const viewOf = (grant: Grant) => ({
  creator: grant.creator,
  client: grant.clientKey,
  scopes: grant.scopes,
  generation: grant.generation,
  revoked: grant.voided !== undefined,
  voidedReason: grant.voided ?? null,
  liveAccessTokens: [...grant.accessTokens.values()].filter((expiresAt) => expiresAt > Date.now()).length,
  refreshTokenLive: grant.voided === undefined && grant.refreshExpiresAt > Date.now(),
  maxRefreshesInFlight: grant.maxRefreshesInFlight,
  lateRefreshes: grant.lateRefreshes,
});

/** What is done to the grants of a creator from TikTok's side. */
const ENDINGS: Readonly<Record<string, (state: FakeState, grant: Grant) => void>> = {
  'expire-access': (_state, grant) => grant.accessTokens.clear(),
  'expire-refresh': (_state, grant) => void (grant.refreshExpiresAt = 0),
  revoke: (state, grant) => state.grants.void(grant, 'revoked-by-creator'),
};

export const grantRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.get('/grants', (_request, response) => void response.json(state.grants.list().map(viewOf)));
  router.post('/grants/:creator/:ending', (request, response) => {
    const { creator, ending } = request.params;
    const end = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
    if (end === undefined) throw new ControlRefusal(404, [`a grant can ${Object.keys(ENDINGS).join(', ')}`]);
    if (!state.creators.has(creator)) throw new ControlRefusal(404, ['there is no such creator']);
    const grants = state.grants.ofCreator(creator);
    for (const grant of grants) end(state, grant);
    response.json({ grants: grants.length });
  });
  router.post('/clients', (request, response) => {
    const client = readBody(request.body, { key: text(), secrets: texts(), redirectUris: texts([]) });
    state.clients.set(client.key, client);
    response.status(201).json({});
  });
  return router;
};
