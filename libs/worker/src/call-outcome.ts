import type { ErrorCode } from '@trendpot/contracts';

const OUTCOME = {
  E_TIKTOK_RATE_LIMITED: 'rate_limited',
  E_TIKTOK_UNAVAILABLE: 'unavailable',
  E_TIKTOK_TOKEN_REJECTED: 'token_rejected',
  E_SCOPE_MISSING: 'scope_missing',
  E_TIKTOK_REQUEST_REJECTED: 'rejected',
  E_TIKTOK_RESPONSE_INVALID: 'invalid',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** How a call that was sent ended, as its metric says it; `code` is that of its error, if it failed. */
export const outcomeOf = (code: string | undefined) => {
  if (code === undefined) return 'ok';
  return Object.hasOwn(OUTCOME, code) ? OUTCOME[code as keyof typeof OUTCOME] : 'unavailable';
};
