import express, { type Router } from 'express';
import { FAULT_KINDS, type Fault } from '../faults.ts';
import { kindOf, ROUTES } from '../routes.ts';
import type { FakeState } from '../state.ts';
import { ControlRefusal, oneOf, optional, readBody, text, textMap, whole } from './body.ts';

const PLACES = ['before', 'after'] as const;
const ANY_ROUTE = ['*', ...ROUTES] as const;

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_params',
  401: 'access_token_invalid',
  429: 'rate_limit_exceeded',
};

const codeOf = (route: string, status: number): string =>
  kindOf(route) === 'oauth' ? 'server_error' : (CODE_OF_STATUS[status] ?? 'internal_error');

const readFault = (body: unknown): Fault => {
  const given = readBody(body, {
    route: oneOf(ANY_ROUTE, '*'),
    times: whole(1),
    what: oneOf(FAULT_KINDS, 'error'),
    status: optional(whole()),
    code: optional(text()),
    headers: textMap({}),
    body: text('<html><body>upstream connect error</body></html>'),
  });
  const status = given.status ?? (given.what === 'garbage' ? 200 : 500);
  if (status < 200 || status > 599) throw new ControlRefusal(400, ['status must be 200 to 599']);
  return { ...given, status, code: given.code ?? codeOf(given.route, status) };
};

/** Faults to be played and gates to hold calls at. */
export const interventionRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.post('/fail-next', (request, response) => {
    const orders: unknown[] = Array.isArray(request.body) ? request.body : [request.body];
    const faults = orders.map(readFault);
    for (const fault of faults) if (fault.times > 0) state.faults.add(fault);
    response.status(201).json({});
  });
  router.get('/fail-next', (_request, response) => void response.json(state.faults.waiting()));
  router.post('/hold-next', (request, response) => {
    const gate = readBody(request.body, { route: oneOf(ANY_ROUTE, '*'), id: text(), place: oneOf(PLACES, 'before') });
    if (!state.gates.add(gate)) throw new ControlRefusal(409, [`there is a gate ${gate.id} already`]);
    response.status(201).json({});
  });
  router.get('/held', (_request, response) => {
    response.json({ held: state.gates.held(), pending: state.gates.pending() });
  });
  router.get('/held/:id', async (request, response) => {
    const withinMs = Number(request.query['withinMs'] ?? 10_000);
    response.json({ held: await state.gates.awaitHeld(request.params.id, withinMs) });
  });
  router.post('/release/:id', (request, response) => {
    response.json({ released: state.gates.release(request.params.id) });
  });
  return router;
};
