import {
  newAccountId,
  PlatformError,
  toPlatformError,
  type AccountId,
  type ExchangeRequest,
  type ExchangeResult,
} from '@trendpot/contracts';
import type { Connection, VaultAccount } from './accounts.ts';
import { checkCaller } from './callers.ts';
import { sealPair } from './credential.ts';
import type { HeldKey } from './data-keys.ts';
import { auditCause } from './errors.ts';
import { firstSyncJob } from './grants.ts';
import { persistently } from './persistently.ts';
import type { Grant } from './ports.ts';
import { factOf, type Purpose, type RenewalPorts } from './renewal.ts';

/** A creator who connects twice at once: whoever comes second looks again. */
const LOOKS = 4;

type Ports = Pick<
  RenewalPorts,
  'accounts' | 'dataKeys' | 'oauth' | 'audit' | 'keyRing' | 'clock' | 'log' | 'meter' | 'pause' | 'settings'
>;

/**
 * Redeems an authorization code and stores what it brings, sealed. The data key is made before the code is redeemed: a
 * code works once, and KMS must not stand between it and the database.
 *
 * @throws PlatformError E_VAULT_CALLER_REFUSED, E_CODE_REJECTED, E_TIKTOK_CLIENT_REJECTED, E_TIKTOK_UNAVAILABLE,
 *   E_VAULT_KMS_UNAVAILABLE, E_VAULT_KMS_DENIED, E_UNAVAILABLE
 */
export type ExchangeCode = (request: ExchangeRequest, caller: string | undefined) => Promise<ExchangeResult>;

export const makeExchangeCode = (ports: Ports): ExchangeCode => {
  const { accounts, dataKeys, oauth, audit, keyRing, clock, log, meter, pause, settings } = ports;

  const connectionOf = async (
    request: ExchangeRequest,
    grant: NewGrant,
    known: VaultAccount | undefined,
    ready: ReadyDataKey,
    issuedAt: Date,
  ): Promise<Connection> => {
    const accountId = known?.accountId ?? (ready.isNew ? ready.accountId : newAccountId());
    // Nearly always the key that was made ready fits; else the creator belongs to another account than expected.
    const held = accountId === ready.accountId ? ready.held : await dataKeys.create(keyRing.currentKeyId, accountId);
    const generation = (known?.credential?.generation ?? 0) + 1;
    const missing = settings.missingScopes(grant.scopes);
    const credential = sealPair(held.key, held.dataKey, accountId, generation, grant, issuedAt);
    if (held !== ready.held) held.release();
    return {
      accountId,
      ...(known === undefined ? {} : { replaces: known.credential?.generation ?? 0 }),
      userId: request.userId,
      openId: grant.openId,
      credential,
      requestedScopes: request.requestedScopes,
      grantedScopes: grant.scopes,
      consentCopyVersion: request.consentCopyVersion,
      ...(missing.length === 0
        ? { firstJob: firstSyncJob(accountId, clock(), request.requestId) }
        : { needsConsent: 'E_SCOPE_MISSING' as const }),
      at: clock(),
    };
  };

  const connect = async (
    request: ExchangeRequest,
    purpose: Purpose,
    grant: NewGrant,
    ready: ReadyDataKey,
    at: Date,
  ) => {
    for (let look = 1; look <= LOOKS; look += 1) {
      const connection = await connectionOf(request, grant, await accounts.findByOpenId(grant.openId), ready, at);
      const fact = factOf(clock, 'token.exchange', connection.accountId, purpose, 'done');
      const connected = await audit.recordWith(fact, (entry) => accounts.connect(connection, entry));
      if (connected === true) return connection;
    }
    throw new PlatformError('E_UNAVAILABLE', 'this creator is being connected several times at once');
  };

  const exchange = async (request: ExchangeRequest, purpose: Purpose): Promise<ExchangeResult> => {
    const expected = await accounts.findIdByUser(request.userId);
    const accountId = expected ?? newAccountId();
    const held = await dataKeys.create(keyRing.currentKeyId, accountId);
    try {
      return await redeem(request, purpose, { accountId, isNew: expected === undefined, held });
    } finally {
      held.release();
    }
  };

  const redeem = async (request: ExchangeRequest, purpose: Purpose, ready: ReadyDataKey): Promise<ExchangeResult> => {
    const issuedAt = clock();
    const { code, redirectUri, codeVerifier } = request;
    const redeemed = await oauth.exchange({ code, redirectUri, codeVerifier });
    const grant = { ...redeemed, scopes: redeemed.scopes ?? request.requestedScopes };
    const connection = await persistently(
      () => connect(request, purpose, grant, ready, issuedAt),
      settings.insistMs,
      pause,
    );
    return {
      accountId: connection.accountId,
      state: connection.needsConsent === undefined ? 'connected' : 'needs_consent',
      grantedScopes: [...grant.scopes],
      missingScopes: [...settings.missingScopes(grant.scopes)],
    };
  };

  return async (request, caller) => {
    const purpose = { requestId: request.requestId, caller: caller ?? 'unknown', operation: 'exchange' };
    try {
      checkCaller('exchange', caller);
      const result = await exchange(request, purpose);
      meter.exchanged('done');
      log.info('tiktok.token.exchange', { ...purpose, accountId: result.accountId, state: result.state });
      return result;
    } catch (thrown) {
      const error = toPlatformError(thrown);
      const cause = auditCause(error);
      meter.exchanged(error.code);
      log.warn('tiktok.token.exchange', { ...purpose, outcome: 'refused', cause });
      await audit
        .record(factOf(clock, 'token.exchange', 'platform', purpose, 'refused', { cause }))
        .catch(() => log.error('tiktok.audit.unavailable', { ...purpose }));
      throw error;
    }
  };
};

type NewGrant = Grant & Required<Pick<Grant, 'openId' | 'scopes'>>;

interface ReadyDataKey {
  readonly accountId: AccountId;
  /** Nobody has this account id yet. */
  readonly isNew: boolean;
  readonly held: HeldKey;
}
