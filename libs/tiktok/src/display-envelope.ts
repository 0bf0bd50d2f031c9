import { displayError } from './display-errors.ts';
import { invalidResponse, isObject, readJsonObject, type JsonObject } from './json-body.ts';
import type { TransportResponse } from './transport.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Success is the word `ok`, or the number 0 of the older API. */
const isSuccess = (error: JsonObject): boolean => error['code'] === 'ok' || error['code'] === 0;

/**
 * The error object of an answer: beside `data`, alone in an envelope, or bare. All three have been seen.
 * Source: tiktok-api.md 4.
 */
const findError = (body: JsonObject): JsonObject | undefined => {
  if (isObject(body['error'])) return body['error'];
  return 'code' in body && !('data' in body) ? body : undefined;
};

/**
 * The `data` of an answer of the Display API; empty when a successful answer has none.
 *
 * @throws PlatformError by TikTok's code, else by the status
 */
export const openEnvelope = (response: TransportResponse): JsonObject => {
  const { status, retryAfter } = response;
  const body = readJsonObject(response.body);
  const error = body === undefined ? undefined : findError(body);
  if (status >= 400 || (error !== undefined && !isSuccess(error))) {
    throw displayError({ status, retryAfter, code: text(error?.['code']), logId: text(error?.['log_id']) });
  }
  if (body === undefined) throw invalidResponse('the answer is not a JSON object');
  if (error === undefined && !isObject(body['data'])) throw invalidResponse('the answer has neither data nor error');
  return isObject(body['data']) ? body['data'] : {};
};
