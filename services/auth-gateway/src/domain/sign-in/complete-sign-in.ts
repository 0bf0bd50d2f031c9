import { toPlatformError, type AccountId, type ErrorCode, type RequestId, type UserId } from '@trendpot/contracts';
import { isOpaqueToken, tokenDigest } from '../opaque-token.ts';
import type { Clock, Vault } from '../ports.ts';
import type { LoginIntent, LoginIntents, Taken } from './login-intents.ts';

/** How long a callback that is loaded again is still recognised. */
const REMEMBERED_MS = 24 * 3_600_000;

/** What TikTok put into the address it sent the browser back to. */
export interface Callback {
  readonly state?: string | undefined;
  /** URL-decoded. */
  readonly code?: string | undefined;
  readonly error?: string | undefined;
  readonly browserToken?: string | undefined;
  readonly requestId: RequestId;
}

export type SignInOutcome =
  | {
      kind: 'connected';
      accountId: AccountId;
      userId: UserId;
      returnPath?: string | undefined;
      missingScopes: readonly string[];
    }
  | { kind: 'already-connected'; accountId: AccountId; userId: UserId }
  | { kind: 'denied' }
  /** Another request of this very callback is being answered right now. */
  | { kind: 'under-way' }
  | { kind: 'invalid-state' }
  /** `again`: the same address may be loaded once more. */
  | { kind: 'failed'; code: ErrorCode; again: boolean };

export type CompleteSignIn = (callback: Callback) => Promise<SignInOutcome>;

export interface SignInPorts {
  readonly intents: LoginIntents;
  readonly vault: Pick<Vault, 'exchange'>;
  readonly clock: Clock;
  readonly redirectUri: string;
}

const errorOfTikTok = (error: string): ErrorCode => {
  if (error === 'access_denied') return 'E_CONSENT_DENIED';
  return error === 'server_error' || error === 'temporarily_unavailable'
    ? 'E_TIKTOK_UNAVAILABLE'
    : 'E_TIKTOK_CLIENT_REJECTED';
};

const failure = (code: ErrorCode, again = false): SignInOutcome =>
  code === 'E_CONSENT_DENIED' ? { kind: 'denied' } : { kind: 'failed', code, again };

const repeated = (taken: Taken): SignInOutcome => {
  if (taken.kind === 'connected') {
    return { kind: 'already-connected', accountId: taken.accountId, userId: taken.userId };
  }
  return taken.kind === 'failed' ? failure(taken.code) : { kind: 'under-way' };
};

const redeem = (ports: SignInPorts, intent: LoginIntent, code: string, requestId: RequestId) =>
  ports.vault.exchange({
    version: 1,
    requestId,
    userId: intent.userId,
    code,
    redirectUri: ports.redirectUri,
    ...(intent.codeVerifier === undefined ? {} : { codeVerifier: intent.codeVerifier }),
    requestedScopes: [...intent.scopes],
    consentCopyVersion: intent.consentCopyVersion,
  });

/**
 * Ends an attempt. The state is taken before anything else happens, so that of two requests one redeems the code.
 * When the vault could not be reached the taking is undone: loading the page again costs nothing, losing the
 * creator's consent would.
 */
export const makeCompleteSignIn =
  (ports: SignInPorts): CompleteSignIn =>
  async ({ state, code, error, browserToken, requestId }) => {
    if (!isOpaqueToken(state) || !isOpaqueToken(browserToken)) return { kind: 'invalid-state' };
    const digest = tokenDigest(state);
    const at = ports.clock.now();
    const taking = await ports.intents.take(digest, tokenDigest(browserToken), at);
    if (taking.kind === 'invalid') return { kind: 'invalid-state' };
    if (taking.kind === 'taken-before') return repeated(taking.outcome);

    const keepUntil = new Date(at.getTime() + REMEMBERED_MS);
    const end = async (ended: ErrorCode): Promise<SignInOutcome> => {
      await ports.intents.finish(digest, { kind: 'failed', code: ended }, keepUntil);
      return failure(ended);
    };
    if (error !== undefined) return end(errorOfTikTok(error));
    if (code === undefined || code === '' || code.length > 2048) return end('E_CODE_REJECTED');

    const { intent } = taking;
    try {
      const { accountId, missingScopes } = await redeem(ports, intent, code, requestId);
      // The vault has just made the account this person's. Read again, it could be somebody else's who came right after.
      const { userId } = intent;
      await ports.intents.finish(digest, { kind: 'connected', accountId, userId }, keepUntil);
      return { kind: 'connected', accountId, userId, returnPath: intent.returnPath, missingScopes };
    } catch (thrown) {
      const { code: refused, verdict } = toPlatformError(thrown);
      if (verdict !== 'backoff') return end(refused);
      await ports.intents.release(digest);
      return failure(refused, true);
    }
  };
