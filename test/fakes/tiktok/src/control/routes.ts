import express, { type ErrorRequestHandler, type Router } from 'express';
import { turnKnobs } from '../knob-definitions.ts';
import type { FakeState } from '../state.ts';
import { ControlRefusal } from './body.ts';
import { callRoutes } from './calls.ts';
import { creatorRoutes } from './creators.ts';
import { grantRoutes } from './grants.ts';
import { interventionRoutes } from './interventions.ts';
import { webhookRoutes } from './webhook-orders.ts';

const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (!(error instanceof ControlRefusal)) return next(error);
  response.status(error.status).json({ faults: error.faults });
};

/** What only tests and the demonstration use; none of it is logged as a call. */
export const controlRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.use(express.json({ limit: '5mb' }));
  router.get('/knobs', (_request, response) => void response.json(state.knobs));
  router.patch('/knobs', (request, response) => {
    const faults = turnKnobs(state.knobs, (request.body ?? {}) as Record<string, unknown>);
    if (faults.length > 0) throw new ControlRefusal(400, faults);
    response.json(state.knobs);
  });
  router.post('/reset', (_request, response) => {
    state.reset();
    response.json({});
  });
  router.use(
    callRoutes(state),
    interventionRoutes(state),
    creatorRoutes(state),
    grantRoutes(state),
    webhookRoutes(state),
  );
  router.use(() => {
    throw new ControlRefusal(404, ['there is no such control route']);
  });
  router.use(refuse);
  return router;
};
