import type { NextFunction, Request, Response } from 'express';
import { arrivalTime, type CallRecord } from './call-log.ts';
import { FAULT, sendFault } from './envelope.ts';
import { kindOf, routeOf } from './routes.ts';
import type { FakeState } from './state.ts';

/** The token of a call, whether it is worth anything or not. */
export const bearerOf = (request: Request): string | undefined =>
  /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];

/** The record of the call that is being answered. */
export const callOf = (response: Response): CallRecord => response.locals['call'] as CallRecord;

/** Stamps every call as it arrives, before its body is read, and refuses Display calls beyond the ceilings. */
export const recordArrivals =
  (state: FakeState) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const at = arrivalTime();
    const route = routeOf(request.path);
    const kind = kindOf(route);
    state.inFlight[kind] += 1;
    const inFlight = state.inFlight[kind];
    const owner = state.grants.ownerOfAccessToken(bearerOf(request) ?? '');
    const call: CallRecord = {
      at,
      kind,
      route,
      client: owner?.clientKey,
      creator: owner?.creator,
      inFlight,
      status: 0,
      durationMs: 0,
    };
    state.calls.push(call);
    response.locals['call'] = call;
    response.once('close', () => {
      state.inFlight[kind] -= 1;
      call.status = response.headersSent ? response.statusCode : 0;
      call.durationMs = arrivalTime() - at;
    });
    if (kind !== 'display' || state.limiter.admits({ app: call.client ?? '', route, at, inFlight }, state.knobs)) {
      return next();
    }
    if (state.knobs.retryAfterSeconds > 0) response.set('retry-after', String(state.knobs.retryAfterSeconds));
    sendFault(response, state.knobs, FAULT.rateLimited);
  };
