import { PlatformError, toPlatformError, type ErrorCode } from '@trendpot/contracts';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'E_MALFORMED_MESSAGE',
  401: 'E_UNAUTHENTICATED',
  403: 'E_FORBIDDEN',
  404: 'E_NOT_FOUND',
  405: 'E_NOT_FOUND',
  413: 'E_MESSAGE_TOO_LARGE',
  415: 'E_MALFORMED_MESSAGE',
  422: 'E_MALFORMED_MESSAGE',
  429: 'E_TOO_MANY_REQUESTS',
  503: 'E_UNAVAILABLE',
};

const statusOf = (thrown: unknown): number | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { getStatus, status } = thrown as { getStatus?: unknown; status?: unknown };
  if (typeof getStatus === 'function') return Number((thrown as { getStatus(): unknown }).getStatus());
  return typeof status === 'number' ? status : undefined;
};

/** Whatever a handler, a pipe, the router or the body parser threw, as an error of the platform. */
export const httpErrorOf = (thrown: unknown): PlatformError => {
  if (thrown instanceof PlatformError) return thrown;
  const code = CODE_OF_STATUS[statusOf(thrown) ?? 0];
  if (code === undefined) return toPlatformError(thrown);
  return new PlatformError(code, thrown instanceof Error ? thrown.message : code, { cause: thrown });
};

export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly requestId: string };
}

/** What the caller is told: code, constant text, and the id to ask about. */
export const errorBodyOf = (error: PlatformError, requestId: string): ErrorBody => ({
  error: { code: error.code, message: error.publicMessage, requestId },
});
