import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import type { Knobs } from './knobs.ts';

/** TikTok's log ids: fourteen digits of time, then upper-case hex. */
export const logId = (): string =>
  new Date().toISOString().replace(/\D/g, '').slice(0, 14) + randomBytes(10).toString('hex').toUpperCase();

export interface ApiFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export const FAULT = {
  tokenInvalid: {
    status: 401,
    code: 'access_token_invalid',
    message: 'The access token is invalid or not found in the request.',
  },
  scopeNotAuthorized: {
    status: 401,
    code: 'scope_not_authorized',
    message: 'The user did not authorize the scope required for completing this request.',
  },
  rateLimited: {
    status: 429,
    code: 'rate_limit_exceeded',
    message: 'The API rate limit was exceeded. Please try again later.',
  },
  notFound: { status: 404, code: 'not_found', message: 'There is no such endpoint.' },
} as const satisfies Record<string, ApiFault>;

export const invalidParams = (message: string): ApiFault => ({ status: 400, code: 'invalid_params', message });

export const sendData = (response: Response, data: unknown): void => {
  const log_id = logId();
  response.set('x-tt-logid', log_id);
  response.json({ ...(data === undefined ? {} : { data }), error: { code: 'ok', message: '', log_id } });
};

export const sendFault = (response: Response, knobs: Knobs, fault: ApiFault): void => {
  const log_id = logId();
  response.set('x-tt-logid', log_id);
  response.status(fault.status).json({
    ...(knobs.errorEnvelope === 'with-data' ? { data: {} } : {}),
    error: { code: fault.code, message: fault.message, log_id },
  });
};

/** OAuth errors are flat. */
export const sendOAuthFault = (response: Response, status: number, error: string, description: string): void => {
  response.status(status).json({ error, error_description: description, log_id: logId() });
};
