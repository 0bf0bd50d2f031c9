import express, { type Router } from 'express';
import type { FakeState } from '../state.ts';
import { deliverWebhook, type WebhookOrder } from '../webhooks.ts';
import { ControlRefusal, flag, object, optional, readBody, text, whole } from './body.ts';

const readOrder = (state: FakeState, body: unknown): WebhookOrder => {
  const { creator, client, secret, openId, ...rest } = readBody(body, {
    target: text(),
    event: text('authorization.removed'),
    creator: optional(text()),
    openId: optional(text()),
    content: object({ reason: 1 }),
    client: optional(text()),
    secret: optional(text()),
    deliveries: whole(1),
    tries: whole(5),
    staleSeconds: whole(0),
    badSignature: flag(false),
  });
  const known = creator === undefined ? undefined : state.creators.get(creator);
  if (creator !== undefined && known === undefined) throw new ControlRefusal(400, ['there is no such creator']);
  const app = client === undefined ? [...state.clients.values()][0] : state.clients.get(client);
  if (app === undefined) throw new ControlRefusal(400, ['there is no such client']);
  if (!URL.canParse(rest.target)) throw new ControlRefusal(400, ['target must be an address']);
  return { ...rest, openId: openId ?? known?.openId ?? '', clientKey: app.key, secret: secret ?? app.secrets[0] ?? '' };
};

/** Answers once the webhook is delivered or dropped. */
export const webhookRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.post('/webhooks', async (request, response) => {
    response.json({ statuses: await deliverWebhook(readOrder(state, request.body)) });
  });
  return router;
};
