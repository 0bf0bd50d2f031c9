import type { NextFunction, Request, Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import { arrivalTime, type CallRecord } from './call-log.ts';
import { FAULT, sendFault, sendOAuthFault } from './envelope.ts';
import { withinLimits } from './limiter.ts';
import type { FakeState } from './state.ts';

const bearer = (request: Request): string | undefined => /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];

/**
 * Stamps a call as it arrives, judges it by the limits, and plays whatever fault, gate or latency was set up for its
 * route. Must come before body parsing: the arrival is what counts.
 */
export const recordCalls =
  (state: FakeState, kind: CallRecord['kind']) =>
  async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const at = arrivalTime();
    const route = request.baseUrl + request.path;
    const display = kind === 'display';
    if (display) state.displayInFlight += 1;
    const token = bearer(request);
    const call: CallRecord = {
      at,
      kind,
      route,
      creator: token === undefined ? undefined : state.grants.byAccessToken(token)?.creator,
      inFlight: display ? state.displayInFlight : 0,
      status: 0,
      durationMs: 0,
    };
    const allowed = !display || withinLimits(state, at);
    state.calls.push(call);
    response.once('close', () => {
      if (display) state.displayInFlight -= 1;
      call.status = response.headersSent ? response.statusCode : 0;
      call.durationMs = arrivalTime() - at;
    });
    if (!allowed) {
      call.status = 429;
      if (state.knobs.retryAfterSeconds > 0) response.set('retry-after', String(state.knobs.retryAfterSeconds));
      return sendFault(response, state.knobs, FAULT.rateLimited);
    }
    const fault = state.interventions.takeFault(route);
    await state.interventions.pass(route);
    if (state.knobs.latencyMs > 0) await sleep(state.knobs.latencyMs);
    switch (fault?.what) {
      case 'hang':
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'garbage':
        response.type('text/html').send('<html>upstream</html>');
        return;
      case 'error':
        if (kind === 'oauth')
          return sendOAuthFault(response.status(fault.status), state.knobs, fault.code, 'A fault was asked for.');
        return sendFault(response, state.knobs, {
          status: fault.status,
          code: fault.code,
          message: 'A fault was asked for.',
        });
      case 'drop':
        // The handler does its work; what it answers never arrives.
        response.json = () => {
          request.socket.destroy();
          return response;
        };
        break;
      case undefined:
    }
    next();
  };
