import { PlatformError } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import { requireConnected, type ConnectedAccount, type RefreshTurn } from '../accounts.ts';
import { factOf, type Purpose } from '../audit/audit-fact.ts';
import { auditCause } from '../errors.ts';
import { firstSyncJob } from '../first-sync-job.ts';
import type { HeldKey } from '../keys/data-keys.ts';
import type { Grant } from '../ports.ts';
import { retryUntilStored } from '../retry-until-stored.ts';
import { sealPair, type Credential } from '../sealing/credential.ts';
import type { VaultPorts } from '../vault-ports.ts';
import { adoptPair } from './adopt-pair.ts';
import { askForPair } from './ask-for-pair.ts';
import { openForCall, readyKeyFor } from './open-for-call.ts';

/**
 * One turn at refreshing: the intent record is written, nobody else may call until it ends. The pair TikTok issues is
 * durable before anyone can use it; whatever goes wrong ends the turn with a mark of what is known.
 */
export const makeRefreshTurn = (ports: VaultPorts) => {
  const { accounts, oauth, audit, clock, log, meter, pause, settings } = ports;

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
    const stored = await retryUntilStored(
      () =>
        audit.recordWith(factOf(clock, 'token.refresh', accountId, purpose, 'done'), (entry) =>
          accounts.storeRenewed(pair, entry),
        ),
      settings.insistMs,
      pause,
    );
    if (stored === true) return meter.refreshed('renewed');
    const from = account.credential.generation;
    await adoptPair(ports, purpose, { accountId, from, credential, openId: grant.openId });
  };

  /** The account, if a newer pair or a disconnect has made TikTok's "no" to the old pair meaningless for it. */
  const overtaken = async (account: ConnectedAccount, turn: RefreshTurn): Promise<ConnectedAccount | undefined> => {
    const { accountId, credential } = account;
    const current = await accounts.find(accountId);
    const isRevoked = current?.state === 'revoked';
    if (!isRevoked && current?.credential?.generation === credential.generation) return undefined;
    // Whoever tells TikTok of the disconnect goes by this: an answer that was lost before stays lost.
    const isOpen = isRevoked && turn.unfinishedBefore;
    await accounts.endRefresh(accountId, turn.fence, isOpen ? 'unknown' : 'nothing-sent');
    return requireConnected(current);
  };

  const refused = async (account: ConnectedAccount, turn: RefreshTurn, purpose: Purpose): Promise<ConnectedAccount> => {
    const { accountId, credential } = account;
    // Once more from the start: whoever had the turn before may have stored a newer pair while TikTok was asked.
    const newer = await overtaken(account, turn);
    if (newer !== undefined) return newer;
    const code = turn.unfinishedBefore ? 'E_REFRESH_LOST' : 'E_NEEDS_CONSENT';
    const fact = factOf(clock, 'token.refresh', accountId, purpose, 'refused', { cause: code });
    const noted = await audit.recordWith(fact, (entry) =>
      accounts.requireConsent(accountId, credential.generation, turn.fence, code, entry),
    );
    if (noted === undefined) {
      const justNow = await overtaken(account, turn);
      if (justNow !== undefined) return justNow;
      throw new PlatformError('E_UNAVAILABLE', `the refresh turn of ${accountId} has passed to another replica`);
    }
    meter.refreshed(turn.unfinishedBefore ? 'lost' : 'refused');
    log.warn('tiktok.token.refresh.refused', { accountId, requestId: purpose.requestId, code });
    throw new PlatformError('E_NEEDS_CONSENT', `TikTok refused the refresh token of ${accountId} (${code})`);
  };

  const failed = async (
    account: ConnectedAccount,
    turn: RefreshTurn,
    purpose: Purpose,
    error: PlatformError,
    nothingReplaced: boolean,
  ) => {
    const { accountId } = account;
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
    const issuedAt = clock();
    const answer = await askForPair(oauth, prepared.token, { endsAt, callMs: settings.callMs });
    if (answer.outcome === 'refused') return refused(account, turn, purpose);
    if (answer.outcome === 'failed') {
      await failed(account, turn, purpose, answer.error, answer.nothingReplaced);
      throw answer.error;
    }
    const { grant } = answer;
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
