import { PlatformError, type ErrorCode } from '@trendpot/contracts';
import { displayError } from './display-errors.ts';
import { invalidResponse, isObject, readJsonObject, type JsonObject } from './json-body.ts';
import type { TransportResponse } from './transport.ts';

export type OAuthOperation = 'exchange' | 'refresh' | 'revoke';

/** What a void grant means to each operation. */
const VOID_GRANT: Readonly<Record<OAuthOperation, ErrorCode>> = {
  exchange: 'E_CODE_REJECTED',
  refresh: 'E_NEEDS_CONSENT',
  revoke: 'E_TIKTOK_TOKEN_REJECTED',
};

/** TikTok's OAuth errors in ours. Source: tiktok-api.md 1.4. */
const codeOf = (error: string, operation: OAuthOperation): ErrorCode | undefined => {
  switch (error) {
    case 'invalid_grant':
    case 'access_denied':
      return VOID_GRANT[operation];
    case 'invalid_request':
      // At the exchange this is how TikTok reports another redirect address or another PKCE verifier.
      return operation === 'exchange' ? 'E_CODE_REJECTED' : 'E_TIKTOK_REQUEST_REJECTED';
    case 'invalid_client':
    case 'unauthorized_client':
      return 'E_TIKTOK_CLIENT_REJECTED';
    case 'invalid_scope':
    case 'unsupported_grant_type':
    case 'unsupported_response_type':
      return 'E_TIKTOK_REQUEST_REJECTED';
    case 'server_error':
    case 'temporarily_unavailable':
      return 'E_TIKTOK_UNAVAILABLE';
    case 'access_token_invalid':
      return 'E_TIKTOK_TOKEN_REJECTED';
    default:
      return undefined;
  }
};

/** OAuth's flat word, or the code of the Display API's error object, which OAuth endpoints answer with at times. */
const errorWord = (body: JsonObject | undefined): string | undefined => {
  const error = body?.['error'];
  const word = isObject(error) ? error['code'] : error;
  return typeof word === 'string' && word !== '' && word !== 'ok' ? word : undefined;
};

/** Whether the client's key or secret was refused: the request was not acted upon, another secret may be tried. */
export const refusesClient = (response: TransportResponse): boolean =>
  errorWord(readJsonObject(response.body)) === 'invalid_client';

/**
 * The body of a successful OAuth answer; the body decides, because TikTok reports errors with status 200 too.
 * An empty body is an empty object: that is how a revocation succeeds.
 *
 * @throws PlatformError
 */
export const openOAuthAnswer = (response: TransportResponse, operation: OAuthOperation): JsonObject => {
  const { status, retryAfter } = response;
  const body = readJsonObject(response.body);
  const word = errorWord(body);
  const overloaded = status === 429 || status >= 500;
  const code = word === undefined || overloaded ? undefined : codeOf(word, operation);
  if (code !== undefined) throw new PlatformError(code, `TikTok refused the ${operation}: ${word}`);
  if (word !== undefined || status >= 400) throw displayError({ status, retryAfter, code: word });
  if (body !== undefined) return body;
  if (response.body.toString('utf8').trim() === '') return {};
  throw invalidResponse(`the answer to the ${operation} is not a JSON object`);
};
