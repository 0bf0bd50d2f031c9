import { PlatformError, type ErrorCode } from '@trendpot/contracts';
import { retryAfterMs } from './retry-after.ts';

/** TikTok's names of what went wrong, in ours. Source: tiktok-api.md 4. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  access_token_invalid: 'E_TIKTOK_TOKEN_REJECTED',
  scope_not_authorized: 'E_SCOPE_MISSING',
  scope_permission_missed: 'E_SCOPE_MISSING',
  invalid_params: 'E_TIKTOK_REQUEST_REJECTED',
  rate_limit_exceeded: 'E_TIKTOK_RATE_LIMITED',
  internal_error: 'E_TIKTOK_UNAVAILABLE',
};

export interface DisplayFailure {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly code?: string | undefined;
  /** TikTok's own name of the call; it is what their support asks for. */
  readonly logId?: string | undefined;
}

const byStatus = (status: number): ErrorCode => {
  if (status === 429) return 'E_TIKTOK_RATE_LIMITED';
  if (status >= 500 || status === 408) return 'E_TIKTOK_UNAVAILABLE';
  if (status === 401) return 'E_TIKTOK_TOKEN_REJECTED';
  return status >= 400 ? 'E_TIKTOK_REQUEST_REJECTED' : 'E_TIKTOK_RESPONSE_INVALID';
};

/** A word of TikTok's that may be quoted: anything else could be an echo of what was sent. */
const quotable = (word: string | undefined): string =>
  word !== undefined && /^[A-Za-z0-9_.-]{1,64}$/.test(word) ? word : 'none';

/** The error behind a refused call of the Display API. The code decides; without a known one, the status does. */
export const displayError = (failure: DisplayFailure): PlatformError => {
  const named = failure.code === undefined ? undefined : CODES[failure.code];
  const code = failure.status === 429 || failure.status >= 500 ? byStatus(failure.status) : named;
  const afterMs = retryAfterMs(failure.retryAfter, Date.now());
  return new PlatformError(
    code ?? byStatus(failure.status),
    `TikTok answered ${failure.status} (code ${quotable(failure.code)}, log id ${quotable(failure.logId)})`,
    afterMs === undefined ? {} : { afterMs },
  );
};
