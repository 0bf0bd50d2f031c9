import type { Request } from 'express';
import { bearerOf } from './arrivals.ts';
import type { Creator } from './creators.ts';
import { FAULT, invalidParams, type ApiFault } from './envelope.ts';
import type { Grant } from './grants.ts';
import type { FakeState } from './state.ts';

/** A refusal of the Display API. */
export class DisplayFault extends Error {
  readonly fault: ApiFault;
  constructor(fault: ApiFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export interface Caller {
  readonly grant: Grant;
  readonly creator: Creator;
}

export const requireScope = ({ scopes }: Grant, scope: string): void => {
  if (!scopes.includes(scope)) throw new DisplayFault(FAULT.scopeNotAuthorized);
};

/** Whoever the live token speaks for. */
export const callerOf = (state: FakeState, request: Request, scope: string): Caller => {
  const grant = state.grants.byAccessToken(bearerOf(request) ?? '');
  const creator = state.creators.get(grant?.creator ?? '');
  if (grant === undefined || creator === undefined) throw new DisplayFault(FAULT.tokenInvalid);
  requireScope(grant, scope);
  return { grant, creator };
};

/** `fields` of the query: a comma list that must be there and hold known names only. */
export const fieldsOf = <T extends string>(request: Request, known: readonly T[]): T[] => {
  const given = request.query['fields'];
  const asked = typeof given === 'string' ? given.split(',').filter(Boolean) : [];
  if (asked.length === 0) throw new DisplayFault(invalidParams('The fields parameter is required.'));
  const unknown = asked.filter((name) => !(known as readonly string[]).includes(name));
  if (unknown.length > 0) throw new DisplayFault(invalidParams(`Unknown fields: ${unknown.join(',')}`));
  return [...new Set(asked)] as T[];
};

/** The JSON object of the body, holding nothing but `known`; no body is an empty one. */
export const bodyOf = (request: Request, known: readonly string[]): Record<string, unknown> => {
  if (!hasBody(request)) return {};
  if (typeof request.is('application/json') !== 'string') {
    throw new DisplayFault(invalidParams('The body must be application/json.'));
  }
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DisplayFault(invalidParams('The body must be a JSON object.'));
  }
  const unknown = Object.keys(body).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new DisplayFault(invalidParams(`Unknown parameters: ${unknown.join(',')}`));
  return body as Record<string, unknown>;
};

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
