import express, { type Router } from 'express';
import { summarize, type CallRecord } from '../call-log.ts';
import type { FakeState } from '../state.ts';
import { ControlRefusal } from './body.ts';

const FILTERS = ['route', 'kind', 'creator', 'client'] as const;
const NUMBERS = ['since', 'windowMs'] as const;
type Query = Readonly<Record<string, unknown>>;

const numberOf = (query: Query, name: (typeof NUMBERS)[number], otherwise: number): number => {
  if (query[name] === undefined) return otherwise;
  const value = Number(query[name]);
  if (!Number.isFinite(value)) throw new ControlRefusal(400, [`${name} must be a number`]);
  return value;
};

const wanted = (calls: readonly CallRecord[], query: Query): CallRecord[] => {
  const unknown = Object.keys(query).filter((name) => ![...FILTERS, ...NUMBERS].some((known) => known === name));
  if (unknown.length > 0) throw new ControlRefusal(400, [`there is no filter ${unknown.join(', ')}`]);
  const since = numberOf(query, 'since', 0);
  const filters = FILTERS.filter((name) => query[name] !== undefined);
  return calls.filter((call) => call.at >= since && filters.every((name) => call[name] === query[name]));
};

export const callRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.get('/calls', (request, response) => void response.json(wanted(state.calls, request.query)));
  router.get('/calls/summary', (request, response) => {
    const windowMs = numberOf(request.query, 'windowMs', state.knobs.windowMs);
    response.json(summarize(wanted(state.calls, request.query), windowMs));
  });
  router.delete('/calls', (_request, response) => {
    state.calls.length = 0;
    state.limiter.clear();
    response.json({});
  });
  return router;
};
