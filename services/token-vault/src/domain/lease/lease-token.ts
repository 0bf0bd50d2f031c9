import { toPlatformError, PlatformError, type LeaseRequest, type LeaseResult } from '@trendpot/contracts';
import { requireConnected, type ConnectedAccount } from '../accounts.ts';
import { factOf, type Purpose } from '../audit/audit-fact.ts';
import { recordRefusal } from '../audit/record-refusal.ts';
import { checkCaller } from '../callers.ts';
import { checkKey } from '../keys/key-ring.ts';
import type { SealTo } from '../ports.ts';
import type { RenewToken } from '../refresh/renew-token.ts';
import { dataKeyOf, openField } from '../sealing/credential.ts';
import { checkCommitment } from '../sealing/sealed-token.ts';
import type { SealingKey } from '../sealing/sealing-key.ts';
import type { VaultPorts } from '../vault-ports.ts';

/** Tokens with less than this left are renewed before they are handed out. */
const RENEW_BELOW_SECONDS = 60;
/** A token that was refused so soon after it was issued is not renewed again: a new one would fare no better. */
const TOO_YOUNG_TO_REPLACE_MS = 60_000;
/** What is left must still be enough for one call, or handing it out helps nobody. */
const USEFUL_MS = 10_000;

interface Ports extends Pick<VaultPorts, 'accounts' | 'dataKeys' | 'audit' | 'keyRing' | 'clock' | 'log' | 'meter'> {
  readonly renew: RenewToken;
  readonly sealTo: SealTo;
}

/**
 * Hands out an access token, sealed to the ephemeral key of whoever asked. The token is opened only after the audit has
 * recorded it, and is never text in this process.
 *
 * @throws PlatformError E_VAULT_CALLER_REFUSED, E_ACCOUNT_NOT_FOUND, E_ACCOUNT_REVOKED, E_NEEDS_CONSENT,
 *   E_TIKTOK_KEY_MISMATCH, E_VAULT_SEAL_BROKEN, E_VAULT_AUDIT_UNAVAILABLE, E_VAULT_KMS_UNAVAILABLE, E_VAULT_KMS_DENIED,
 *   E_TIKTOK_UNAVAILABLE, E_UNAVAILABLE
 */
export type LeaseToken = (request: LeaseRequest, caller: string | undefined) => Promise<LeaseResult>;

export const makeLeaseToken = (ports: Ports): LeaseToken => {
  const { accounts, dataKeys, audit, clock, log, meter, renew, sealTo } = ports;

  const renewed = async (
    account: ConnectedAccount,
    purpose: Purpose,
    refusedByTikTok: boolean,
  ): Promise<ConnectedAccount> => {
    try {
      return await renew(account, purpose);
    } catch (error) {
      const left = account.credential.accessTokenExpiresAt.getTime() - clock().getTime();
      const canWait = toPlatformError(error).verdict === 'backoff' && !refusedByTikTok && left > USEFUL_MS;
      if (!canWait) throw error;
      return account;
    }
  };

  /** The account with a token that lives as long as asked for, as far as TikTok issues such. */
  const freshEnough = async (account: ConnectedAccount, request: LeaseRequest, purpose: Purpose) => {
    const { generation, accessTokenExpiresAt, issuedAt } = account.credential;
    const now = clock().getTime();
    const ageMs = issuedAt === undefined ? Infinity : now - issuedAt.getTime();
    if (request.rejectedGeneration === generation) {
      if (ageMs < TOO_YOUNG_TO_REPLACE_MS) {
        throw new PlatformError('E_TIKTOK_UNAVAILABLE', 'TikTok refuses a token that it has just issued');
      }
      return renewed(account, purpose, true);
    }
    const left = accessTokenExpiresAt.getTime() - now;
    if (left <= RENEW_BELOW_SECONDS * 1000) return renewed(account, purpose, false);
    // A new token must live longer than what is left, or renewing would go on with every call.
    const wholeLife = issuedAt === undefined ? Infinity : accessTokenExpiresAt.getTime() - issuedAt.getTime();
    const wanted = Math.min(request.minimumSeconds * 1000, wholeLife - TOO_YOUNG_TO_REPLACE_MS);
    return left < wanted ? renewed(account, purpose, false) : account;
  };

  const sealFor = (recipient: string, key: SealingKey, { accountId, credential }: ConnectedAccount) => {
    const token = openField(key, accountId, credential, 'access_token');
    try {
      return sealTo(recipient, token);
    } finally {
      token.fill(0);
    }
  };

  const handOut = async (account: ConnectedAccount, request: LeaseRequest, purpose: Purpose): Promise<LeaseResult> => {
    const { accountId, credential } = account;
    const { key, release } = await dataKeys.hold(accountId, dataKeyOf(credential));
    try {
      checkCommitment(key, credential.accessToken);
      await audit.record(factOf(clock, 'token.decrypt', accountId, purpose, 'done'));
      const { sealed, sender } = sealFor(request.recipient, key, account);
      return {
        sealedToken: Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length).toString('base64'),
        sender,
        expiresAt: credential.accessTokenExpiresAt.toISOString(),
        generation: credential.generation,
      };
    } finally {
      release();
    }
  };

  const lease = async (request: LeaseRequest, purpose: Purpose, caller: string | undefined): Promise<LeaseResult> => {
    checkCaller('lease', caller);
    const account = requireConnected(await accounts.find(request.accountId));
    checkKey(ports, account.credential.keyId);
    const fresh = await freshEnough(account, request, purpose);
    // A replica with other settings may have renewed it, under a key that is none of ours.
    checkKey(ports, fresh.credential.keyId);
    return handOut(fresh, request, purpose);
  };

  return async (request, caller) => {
    const startedAt = performance.now();
    const purpose = { requestId: request.requestId, caller: caller ?? 'unknown', operation: request.operation };
    const fields = { ...purpose, accountId: request.accountId };
    try {
      const result = await lease(request, purpose, caller);
      log.info('tiktok.token.decrypt', { ...fields, outcome: 'done', generation: result.generation });
      meter.leased('done', performance.now() - startedAt);
      return result;
    } catch (thrown) {
      const error = toPlatformError(thrown);
      meter.leased(error.code, performance.now() - startedAt);
      await recordRefusal(ports, 'token.decrypt', purpose, error, { accountId: request.accountId });
      throw error;
    }
  };
};
