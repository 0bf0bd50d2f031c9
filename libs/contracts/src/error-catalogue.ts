/**
 * What may be done about an error. The verdict belongs to the error, not to the place where it surfaced.
 *
 * - `backoff`: try again later, at most five times; twenty while something of ours is away (ADR 0027).
 * - `never`: trying again cannot help; a job goes to the dead letters at once.
 * - `refresh-token`: ask the vault for another access token, once.
 * - `needs-consent`: only the creator can help; the account asks to be reconnected.
 * - `drop`: the work has no subject any more (the account was disconnected); it ends quietly.
 */
export type RetryVerdict = 'backoff' | 'never' | 'refresh-token' | 'needs-consent' | 'drop';

export interface ErrorDefinition {
  readonly verdict: RetryVerdict;
  /** HTTP status at the public surface. */
  readonly status: number;
  /** What the caller is told: a constant, so that no detail can leak through it. */
  readonly publicMessage: string;
  /** What it means, for operators; the row of docs/errors.md. */
  readonly meaning: string;
}

const define = <T extends Record<string, ErrorDefinition>>(table: T): T => table;

const row = (verdict: RetryVerdict, status: number, publicMessage: string, meaning: string): ErrorDefinition => ({
  verdict,
  status,
  publicMessage,
  meaning,
});

/** Every error that can cross a border between services or reach a caller. */
export const ERROR_CATALOGUE = define({
  E_INTERNAL: row(
    'backoff',
    500,
    'Something went wrong on our side. Please try again.',
    'A fault nobody foresaw; the log carries the cause.',
  ),
  E_MALFORMED_MESSAGE: row(
    'never',
    400,
    'The request was not understood.',
    'A message failed its schema: unknown version, wrong type or not JSON.',
  ),
  E_MESSAGE_TOO_LARGE: row('never', 413, 'The request is too large.', 'A message exceeds the size its kind allows.'),
  E_NOT_FOUND: row(
    'never',
    404,
    'There is nothing here.',
    'The page or record does not exist, or is not for this caller.',
  ),
  E_UNAUTHENTICATED: row('never', 401, 'Please sign in first.', 'No session or operator token came with the request.'),
  E_FORBIDDEN: row(
    'never',
    403,
    'This is not yours to see or change.',
    'The caller is known but has no right to this account or command.',
  ),
  E_TOO_MANY_REQUESTS: row(
    'backoff',
    429,
    'Too many requests. Please wait a moment.',
    'A caller of the public surface exceeds its share.',
  ),
  E_UNAVAILABLE: row(
    'backoff',
    503,
    'The service is not available right now. Please try again shortly.',
    'A service or backing store did not answer in time.',
  ),

  E_ACCOUNT_NOT_FOUND: row('drop', 404, 'This account is not connected.', 'No connected account has this id.'),
  E_ACCOUNT_REVOKED: row(
    'drop',
    410,
    'This account was disconnected.',
    'The account was disconnected; whatever was under way for it ends.',
  ),
  E_NEEDS_CONSENT: row(
    'needs-consent',
    409,
    'TikTok access has ended. Please reconnect your account.',
    'The grant is void or lacks a scope; only the creator can renew it.',
  ),
  E_REFRESH_LOST: row(
    'needs-consent',
    409,
    'TikTok access has ended. Please reconnect your account.',
    'TikTok replaced the refresh token, but its answer never reached us (crash or broken connection); only the creator can renew the grant.',
  ),
  E_SCOPE_MISSING: row(
    'needs-consent',
    409,
    'A permission that we need was not granted. Please reconnect and leave it ticked.',
    'The creator unticked a scope that listing or refreshing needs.',
  ),

  E_STATE_INVALID: row(
    'never',
    400,
    'This sign-in link is not valid any more. Please start again.',
    'OAuth state unknown, expired, used, or bound to another browser.',
  ),
  E_CONSENT_DENIED: row('never', 403, 'You chose not to connect TikTok.', 'The creator declined at TikTok.'),
  E_CODE_REJECTED: row(
    'never',
    400,
    'TikTok did not accept the sign-in. Please start again.',
    'TikTok refused the authorization code (expired, used, or a redirect address mismatch).',
  ),
  E_WEBHOOK_SIGNATURE: row(
    'never',
    401,
    'The signature is not valid.',
    'A webhook with a wrong, missing or stale signature.',
  ),

  E_TIKTOK_RATE_LIMITED: row(
    'backoff',
    503,
    'TikTok is busy. We will try again shortly.',
    'TikTok answered 429; all callers cool down together.',
  ),
  E_TIKTOK_UNAVAILABLE: row(
    'backoff',
    502,
    'TikTok cannot be reached right now.',
    'TikTok answered 5xx, timed out, or the connection broke.',
  ),
  E_TIKTOK_TOKEN_REJECTED: row(
    'refresh-token',
    502,
    'TikTok asked us to sign in again. Please retry.',
    'TikTok refused the access token although it had not expired.',
  ),
  E_TIKTOK_REQUEST_REJECTED: row(
    'never',
    502,
    'TikTok did not accept our request.',
    'TikTok called the request invalid: a fault of ours, not worth repeating.',
  ),
  E_TIKTOK_RESPONSE_INVALID: row(
    'backoff',
    502,
    'TikTok sent an answer we cannot read.',
    'A body that is not JSON or lacks what the API promises.',
  ),
  E_TIKTOK_CLIENT_REJECTED: row(
    'never',
    502,
    'TikTok sign-in is not set up correctly.',
    'TikTok refused the client key or secret: a fault of the configuration.',
  ),

  E_PERMIT_UNAVAILABLE: row(
    'backoff',
    503,
    'The call budget is spent for now. Please try again later.',
    'No call permit could be had before the deadline.',
  ),
  E_PERMIT_STALE: row(
    'backoff',
    503,
    'Please try again.',
    'A permit grew older than its margin before the request could be sent, and was given back.',
  ),

  E_VIDEO_NOT_FOUND: row(
    'never',
    404,
    'This video was not found.',
    'TikTok does not know the video for this creator: deleted, private, or of another creator.',
  ),
  E_VIDEO_NOT_OWNED: row(
    'never',
    403,
    'This video belongs to another creator.',
    'The video is stored for another account.',
  ),
  E_EMBED_REJECTED: row(
    'never',
    422,
    'This video cannot be shown safely.',
    'The embed markup could not be reduced to a known safe shape.',
  ),

  E_TIKTOK_KEY_MISMATCH: row(
    'never',
    503,
    'Please try again later.',
    'A credential is sealed under a key that is neither the current one nor a listed previous one.',
  ),
  E_VAULT_SEAL_BROKEN: row(
    'never',
    503,
    'Please try again later.',
    'A sealed token could not be opened. Every cause looks the same from outside; the audit log has it.',
  ),
  E_VAULT_KMS_UNAVAILABLE: row(
    'backoff',
    503,
    'Please try again in a few minutes.',
    'KMS throttles, times out or cannot be reached.',
  ),
  E_VAULT_KMS_DENIED: row(
    'never',
    503,
    'Please try again later.',
    'KMS refuses the key: access denied, disabled, or pending deletion.',
  ),
  E_VAULT_AUDIT_UNAVAILABLE: row(
    'backoff',
    503,
    'Please try again later.',
    'The audit entry could not be written, so the token was not handed out.',
  ),
  E_VAULT_CALLER_REFUSED: row('never', 403, 'Not allowed.', 'The caller may not use this command of the vault.'),
});

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
export const ERROR_CODES = Object.keys(ERROR_CATALOGUE) as readonly ErrorCode[];
