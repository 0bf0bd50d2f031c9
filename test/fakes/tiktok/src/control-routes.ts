import express, { type Router } from 'express';
import { summarize } from './call-log.ts';
import { createCreator } from './creators.ts';
import type { Fault } from './interventions.ts';
import { initialKnobs, turnKnobs } from './knobs.ts';
import { DEFAULT_CLIENT, freshState, type FakeState } from './state.ts';
import { deliverWebhook } from './webhooks.ts';

type Body = Record<string, unknown>;
const text = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise);
const whole = (value: unknown, otherwise: number): number => (Number.isInteger(value) ? (value as number) : otherwise);

const callRoutes = (state: FakeState): Router => {
  const router = express.Router();
  const wanted = (query: Record<string, unknown>) =>
    state.calls.filter(
      (call) =>
        (query['route'] === undefined || call.route === query['route']) &&
        (query['kind'] === undefined || call.kind === query['kind']) &&
        (query['since'] === undefined || call.at >= Number(query['since'])),
    );
  router.get('/calls', (request, response) => void response.json(wanted(request.query)));
  router.get('/calls/summary', (request, response) => {
    response.json(summarize(wanted(request.query), Number(request.query['windowMs'] ?? state.knobs.windowMs)));
  });
  router.delete('/calls', (_request, response) => {
    state.calls.length = 0;
    response.json({});
  });
  return router;
};

const interventionRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.post('/fail-next', (request, response) => {
    const body = request.body as Body;
    const fault: Fault = {
      route: text(body['route'], '*'),
      times: whole(body['times'], 1),
      what: text(body['what'], 'error') as Fault['what'],
      status: whole(body['status'], 500),
      code: text(body['code'], 'internal_error'),
    };
    state.interventions.addFault(fault);
    response.json({});
  });
  router.post('/hold-next', (request, response) => {
    const body = request.body as Body;
    state.interventions.holdNext(text(body['route'], '*'), text(body['id'], 'gate'));
    response.json({});
  });
  router.post(
    '/release/:id',
    (request, response) => void response.json({ released: state.interventions.release(request.params.id) }),
  );
  router.get('/held/:id', (request, response) => {
    void state.interventions
      .awaitHeld(request.params.id, Number(request.query['withinMs'] ?? 10_000))
      .then((held) => response.json({ held }));
  });
  return router;
};

const creatorRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.get('/creators', (_request, response) => {
    response.json(
      [...state.creators.values()].map(({ handle, openId, videos }) => ({ handle, openId, videos: videos.length })),
    );
  });
  router.post('/creators', (request, response) => {
    const { handle, videos } = request.body as Body;
    const creator = createCreator(text(handle), whole(videos, 0));
    state.creators.set(creator.handle, creator);
    response.status(201).json({ handle: creator.handle, openId: creator.openId });
  });
  router.get('/creators/:handle/videos', (request, response) => {
    const creator = state.creators.get(request.params.handle);
    response.json(
      (creator?.videos ?? []).map(({ id, createTime, caption, hidden, counts }) => ({
        id,
        createTime,
        caption,
        hidden,
        counts,
      })),
    );
  });
  router.patch('/creators/:handle/videos/:id', (request, response) => {
    const video = state.creators.get(request.params.handle)?.videos.find(({ id }) => id === request.params.id);
    if (video === undefined) return void response.status(404).json({});
    const body = request.body as Body;
    if (typeof body['caption'] === 'string') video.caption = body['caption'];
    if (typeof body['embedHtml'] === 'string') video.embedHtml = body['embedHtml'];
    if (typeof body['hidden'] === 'boolean') video.hidden = body['hidden'];
    response.json({});
  });
  /** A new post, or many: they come first in the list. */
  router.post('/creators/:handle/videos', (request, response) => {
    const creator = state.creators.get(request.params.handle);
    if (creator === undefined) return void response.status(404).json({});
    const newest = creator.videos[0]?.createTime ?? 1_790_000_000;
    const added = createCreator(`${creator.handle}+${newest}`, whole((request.body as Body)['videos'], 1)).videos;
    const shift = newest + 3600 - (added.at(-1)?.createTime ?? 0);
    const moved = added.map((video) => ({
      ...video,
      createTime: video.createTime + shift,
      id: ((BigInt(video.createTime + shift) << 32n) | (BigInt(video.id) & 0xffffffffn)).toString(),
    }));
    creator.videos = [...moved, ...creator.videos];
    response.status(201).json(moved.map(({ id }) => id));
  });
  return router;
};

const grantRoutes = (state: FakeState): Router => {
  const router = express.Router();
  /** State of every grant; never a token. */
  router.get('/grants', (_request, response) => {
    response.json(
      state.grants.list().map((grant) => ({
        creator: grant.creator,
        scopes: grant.scopes,
        generation: grant.generation,
        revoked: grant.revoked,
        liveAccessTokens: [...grant.accessTokens.values()].filter((expiresAt) => expiresAt > Date.now()).length,
        maxRefreshesInFlight: grant.maxRefreshesInFlight,
      })),
    );
  });
  router.post('/grants/:creator/expire-access', (request, response) => {
    state.grants.expireAccess(request.params.creator);
    response.json({});
  });
  router.post('/grants/:creator/revoke', (request, response) => {
    state.grants.revokeCreator(request.params.creator);
    response.json({});
  });
  router.post('/clients', (request, response) => {
    const body = request.body as Body;
    state.clients.set(text(body['key']), {
      key: text(body['key']),
      secrets: [body['secrets'] ?? []].flat().map((secret) => text(secret)),
      redirectUris: [body['redirectUris'] ?? []].flat().map((uri) => text(uri)),
    });
    response.status(201).json({});
  });
  router.post('/webhooks', (request, response) => {
    const body = request.body as Body;
    const client = state.clients.values().next().value ?? DEFAULT_CLIENT;
    void deliverWebhook({
      target: text(body['target']),
      event: text(body['event'], 'authorization.removed'),
      openId: text(body['openId'], state.creators.get(text(body['creator']))?.openId ?? ''),
      content: (body['content'] ?? { reason: 1 }) as Record<string, unknown>,
      clientKey: client.key,
      secret: text(body['secret'], client.secrets[0] ?? ''),
      deliveries: whole(body['deliveries'], 1),
      staleSeconds: whole(body['staleSeconds'], 0),
      badSignature: body['badSignature'] === true,
    }).then((statuses) => response.json({ statuses }));
  });
  return router;
};

/** What only tests and the demonstration use. */
export const controlRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.use(express.json({ limit: '1mb' }));
  router.get('/knobs', (_request, response) => void response.json(state.knobs));
  router.patch('/knobs', (request, response) => {
    const faults = turnKnobs(state.knobs, request.body as Body);
    if (faults.length > 0) return void response.status(400).json({ faults });
    response.json(state.knobs);
  });
  router.post('/reset', (_request, response) => {
    state.interventions.reset();
    state.grants.clear();
    const { creators } = freshState([]);
    Object.assign(state, { knobs: initialKnobs(), creators, calls: [], pagesServed: new Map<string, number>() });
    response.json({});
  });
  router.use(callRoutes(state), interventionRoutes(state), creatorRoutes(state), grantRoutes(state));
  return router;
};
