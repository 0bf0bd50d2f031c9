import { PlatformError, toPlatformError, type ExchangeRequest, type ExchangeResult } from '@trendpot/contracts';
import type { Connection } from '../accounts.ts';
import type { Purpose } from '../audit/audit-fact.ts';
import { recordRefusal } from '../audit/record-refusal.ts';
import { checkCaller } from '../callers.ts';
import { retryUntilStored } from '../retry-until-stored.ts';
import type { VaultPorts } from '../vault-ports.ts';
import { makeHeldRevocations, type HeldRevocations } from './hold-revocations.ts';
import { makeReadyKeys, type ReadyKeys } from './ready-keys.ts';
import { makeStoreGrant, type Redeemed, type StoreGrantPorts } from './store-grant.ts';

type Ports = StoreGrantPorts & Pick<VaultPorts, 'oauth' | 'pause'>;

/** What one exchange needs before the code is redeemed. */
interface Readied {
  readonly keys: ReadyKeys;
  readonly held: HeldRevocations;
}

const WITHOUT_KMS: ReadonlySet<string> = new Set(['E_VAULT_KMS_UNAVAILABLE', 'E_VAULT_KMS_DENIED']);

/**
 * Redeems an authorization code and stores what it brings, sealed. The data keys are made before the code is redeemed: a
 * code works once, and KMS must not stand between it and the database. Nobody tells TikTok of this person's earlier
 * disconnects meanwhile.
 *
 * @throws PlatformError E_VAULT_CALLER_REFUSED, E_CODE_REJECTED, E_TIKTOK_CLIENT_REJECTED, E_TIKTOK_UNAVAILABLE,
 *   E_VAULT_KMS_UNAVAILABLE, E_VAULT_KMS_DENIED, E_UNAVAILABLE
 */
export type ExchangeCode = (request: ExchangeRequest, caller: string | undefined) => Promise<ExchangeResult>;

export const makeExchangeCode = (ports: Ports): ExchangeCode => {
  const { accounts, pendingRevocations, dataKeys, oauth, keyRing, clock, log, meter, pause, settings } = ports;
  const { store, storeAnew } = makeStoreGrant(ports);

  const keep = async (redeemed: Redeemed): Promise<Connection> => {
    try {
      return await retryUntilStored(() => store(redeemed), settings.insistMs, pause);
    } catch (error) {
      if (!WITHOUT_KMS.has(toPlatformError(error).code)) throw error;
      return retryUntilStored(() => storeAnew(redeemed), settings.insistMs, pause);
    }
  };

  const redeem = async (request: ExchangeRequest, purpose: Purpose, readied: Readied): Promise<ExchangeResult> => {
    const issuedAt = clock();
    const { code, redirectUri, codeVerifier } = request;
    const redeemed = await oauth.exchange({ code, redirectUri, codeVerifier });
    const grant = { ...redeemed, scopes: redeemed.scopes ?? request.requestedScopes };
    const connection = await keep({ request, purpose, grant, issuedAt, ...readied });
    return {
      accountId: connection.accountId,
      state: connection.needsConsent === undefined ? 'connected' : 'needs_consent',
      grantedScopes: [...grant.scopes],
      missingScopes: [...settings.missingScopes(grant.scopes)],
    };
  };

  const exchange = async (request: ExchangeRequest, purpose: Purpose): Promise<ExchangeResult> => {
    const held = makeHeldRevocations(ports);
    try {
      if (!(await held.take(() => pendingRevocations.ofPerson(request.userId)))) {
        throw new PlatformError('E_UNAVAILABLE', 'TikTok is being told of an earlier disconnect at this moment');
      }
      const expected = await accounts.findIdByUser(request.userId);
      const keys = await makeReadyKeys(dataKeys, keyRing.currentKeyId, expected);
      try {
        return await redeem(request, purpose, { keys, held });
      } finally {
        keys.release();
      }
    } finally {
      await held.release();
    }
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
      meter.exchanged(error.code);
      await recordRefusal(ports, 'token.exchange', purpose, error);
      throw error;
    }
  };
};
