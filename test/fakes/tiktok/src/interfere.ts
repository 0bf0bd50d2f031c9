import type { NextFunction, Request, Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import { callOf } from './arrivals.ts';
import type { CallRecord } from './call-log.ts';
import { sendFault, sendOAuthFault } from './envelope.ts';
import type { Fault } from './faults.ts';
import type { FakeState } from './state.ts';

/** Puts `instead` in the place of the moment at which the answer would leave. */
const insteadOfEnd = (response: Response, instead: (end: () => void) => void): void => {
  const end = response.end.bind(response) as (...parts: unknown[]) => unknown;
  response.end = ((...parts: unknown[]) => {
    instead(() => void end(...parts));
    return response;
  }) as Response['end'];
};

const playError = (state: FakeState, { kind }: CallRecord, response: Response, fault: Fault): void => {
  const message = 'This fault was asked for.';
  if (kind === 'oauth') return sendOAuthFault(response, fault.status, fault.code, message);
  sendFault(response, state.knobs, { status: fault.status, code: fault.code, message });
};

/** Plays what was set up for the route: gates, latency, faults. Comes after the body was read and the caller is known. */
export const interfere =
  (state: FakeState) =>
  async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const call = callOf(response);
    const fault = state.faults.take(call.route);
    const before = state.gates.take(call.route, 'before');
    const after = state.gates.take(call.route, 'after');
    if (before !== undefined) await state.gates.pass(before);
    if (state.knobs.latencyMs > 0) await sleep(state.knobs.latencyMs);
    if (after !== undefined) insteadOfEnd(response, (end) => void state.gates.pass(after).then(end));
    if (fault !== undefined) response.set(fault.headers);
    switch (fault?.what) {
      case 'hang':
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'garbage':
        response.status(fault.status).type('html').send(fault.body);
        return;
      case 'error':
        playError(state, call, response, fault);
        return;
      case 'drop':
        insteadOfEnd(response, () => request.socket.destroy());
        next();
        return;
      case undefined:
        next();
    }
  };
