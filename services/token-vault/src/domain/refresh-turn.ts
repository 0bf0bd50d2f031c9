import { PlatformError, toPlatformError } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import type { RefreshTurn } from './accounts.ts';
import { sealPair, type Credential } from './credential.ts';
import type { HeldKey } from './data-keys.ts';
import { auditCause } from './errors.ts';
import { firstSyncJob } from './grants.ts';
import { openForCall, readyKeyFor } from './open-for-call.ts';
import { persistently } from './persistently.ts';
import type { Grant } from './ports.ts';
import { factOf, requireConnected, type ConnectedAccount, type Purpose, type RenewalPorts } from './renewal.ts';

/** TikTok's own no, or a refusal that proves that nothing was replaced. After any other failure the outcome is open. */
const NOTHING_REPLACED: ReadonlySet<string> = new Set([
  'E_NEEDS_CONSENT',
  'E_TIKTOK_CLIENT_REJECTED',
  'E_TIKTOK_RATE_LIMITED',
]);

/**
 * One turn at refreshing: the intent record is written, nobody else may call until it ends. The pair TikTok issues is
 * durable before anyone can use it; whatever goes wrong ends the turn with a mark of what is known.
 */
export const makeRefreshTurn = (ports: RenewalPorts) => {
  const { accounts, pendingRevocations, oauth, audit, clock, log, meter, pause, settings } = ports;

  /** Everything the call will need, with nothing sent yet. */
  const prepare = async (account: ConnectedAccount, purpose: Purpose) => {
    const ready = await readyKeyFor(ports, account.accountId, account.credential);
    try {
      const opening = { ...purpose, operation: 'token.refresh' };
      const token = await openForCall(ports, account.accountId, account.credential, 'refresh_token', opening);
      return { ready, token };
    } catch (error) {
      ready.release();
      throw error;
    }
  };

  const store = async (
    account: ConnectedAccount,
    turn: RefreshTurn,
    purpose: Purpose,
    grant: Grant,
    credential: Credential,
  ): Promise<void> => {
    const { accountId } = account;
    const missing = grant.scopes === undefined ? [] : settings.missingScopes(grant.scopes);
    const pair = {
      accountId,
      from: account.credential.generation,
      fence: turn.fence,
      credential,
      ...(grant.scopes === undefined ? {} : { grantedScopes: grant.scopes }),
      ...(missing.length === 0 ? {} : { needsConsent: 'E_SCOPE_MISSING' as const }),
      restart: firstSyncJob(accountId, clock()),
      at: clock(),
    };
    const stored = await persistently(
      () =>
        audit.recordWith(factOf(clock, 'token.refresh', accountId, purpose, 'done'), (entry) =>
          accounts.storeRenewed(pair, entry),
        ),
      settings.insistMs,
      pause,
    );
    if (stored === true) return meter.refreshed('renewed');
    // Either a disconnect took the account meanwhile, and needs this pair to end the grant at TikTok, or a newer pair is
    // already there, and this one is of no use to anybody.
    const adopted = await pendingRevocations.adopt(accountId, account.credential.generation, credential);
    log.info('tiktok.token.refresh.outrun', { accountId, requestId: purpose.requestId, adopted });
  };

  const refused = async (account: ConnectedAccount, turn: RefreshTurn, purpose: Purpose): Promise<ConnectedAccount> => {
    const { accountId, credential } = account;
    // Once more from the start: whoever had the turn before may have stored a newer pair while TikTok was asked.
    const current = requireConnected(await accounts.find(accountId));
    if (current.credential.generation !== credential.generation) {
      await accounts.endRefresh(accountId, turn.fence, 'nothing-sent');
      return current;
    }
    const code = turn.unfinishedBefore ? 'E_REFRESH_LOST' : 'E_NEEDS_CONSENT';
    const fact = factOf(clock, 'token.refresh', accountId, purpose, 'refused', { cause: code });
    const noted = await audit.recordWith(fact, (entry) =>
      accounts.requireConsent(accountId, credential.generation, turn.fence, code, entry),
    );
    if (noted === undefined) {
      throw new PlatformError('E_UNAVAILABLE', `the refresh turn of ${accountId} has passed to another replica`);
    }
    meter.refreshed(turn.unfinishedBefore ? 'lost' : 'refused');
    log.warn('tiktok.token.refresh.refused', { accountId, requestId: purpose.requestId, code });
    throw new PlatformError('E_NEEDS_CONSENT', `TikTok refused the refresh token of ${accountId} (${code})`);
  };

  const failed = async (account: ConnectedAccount, turn: RefreshTurn, purpose: Purpose, error: PlatformError) => {
    const { accountId } = account;
    const nothingReplaced = NOTHING_REPLACED.has(error.code) || !oauth.wasSent(error);
    const isKnown = nothingReplaced && !turn.unfinishedBefore;
    const outcome = isKnown ? 'nothing-sent' : 'unknown';
    await accounts.endRefresh(accountId, turn.fence, outcome);
    const more = { cause: auditCause(error) };
    await audit.record(factOf(clock, 'token.refresh', accountId, purpose, 'failed', more));
    meter.refreshed('failed');
    log.warn('tiktok.token.refresh.failed', { accountId, requestId: purpose.requestId, code: error.code, outcome });
  };

  const call = async (
    account: ConnectedAccount,
    turn: RefreshTurn,
    purpose: Purpose,
    prepared: { readonly ready: HeldKey; readonly token: Secret },
    endsAt: number,
  ): Promise<ConnectedAccount> => {
    // The call must have ended when the turn ends, or two calls could be under way.
    const inTime = (): void => {
      if (performance.now() + settings.callMs <= endsAt) return;
      throw new PlatformError('E_UNAVAILABLE', 'too little of the refresh turn was left to call TikTok');
    };
    const issuedAt = clock();
    let grant: Grant;
    try {
      grant = await oauth.refresh(prepared.token, inTime);
    } catch (thrown) {
      const error = toPlatformError(thrown);
      if (error.code === 'E_NEEDS_CONSENT') return refused(account, turn, purpose);
      await failed(account, turn, purpose, error);
      throw error;
    }
    const { accountId, credential: old } = account;
    const { key, dataKey } = prepared.ready;
    const credential = sealPair(key, dataKey, accountId, old.generation + 1, grant, issuedAt);
    await store(account, turn, purpose, grant, credential);
    return requireConnected(await accounts.find(accountId));
  };

  return async (
    account: ConnectedAccount,
    turn: RefreshTurn,
    purpose: Purpose,
    endsAt: number,
  ): Promise<ConnectedAccount> => {
    let prepared;
    try {
      prepared = await prepare(account, purpose);
    } catch (error) {
      // What an earlier turn left open stays open.
      await accounts.endRefresh(account.accountId, turn.fence, turn.unfinishedBefore ? 'unknown' : 'nothing-sent');
      throw error;
    }
    try {
      return await call(account, turn, purpose, prepared, endsAt);
    } finally {
      prepared.ready.release();
    }
  };
};
