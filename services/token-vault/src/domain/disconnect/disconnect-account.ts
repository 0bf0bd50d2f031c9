import { PlatformError, toPlatformError, type RevokeRequest, type RevokeResult } from '@trendpot/contracts';
import type { Revocation, VaultAccount } from '../accounts.ts';
import { factOf } from '../audit/audit-fact.ts';
import { recordRefusal } from '../audit/record-refusal.ts';
import { checkCaller } from '../callers.ts';
import { KEEP_PENDING_MS } from '../pending-revocations.ts';
import { dataKeyOf } from '../sealing/credential.ts';
import type { VaultPorts } from '../vault-ports.ts';
import type { TellTikTok } from './tell-tiktok.ts';

interface Ports extends Pick<VaultPorts, 'accounts' | 'dataKeys' | 'audit' | 'clock' | 'log'> {
  readonly tellTikTok: TellTikTok;
}

/**
 * Ends access to an account: here at once and for good, at TikTok now or as soon as it answers. Asking again brings the
 * same receipt.
 *
 * @throws PlatformError E_VAULT_CALLER_REFUSED, E_ACCOUNT_NOT_FOUND, E_UNAVAILABLE
 */
export type DisconnectAccount = (request: RevokeRequest, caller: string | undefined) => Promise<RevokeResult>;

const resultOf = (accountId: string, { at, atTikTok, receipt }: Revocation): RevokeResult => ({
  accountId,
  state: 'revoked',
  revokedAt: at.toISOString(),
  atTikTok,
  receipt,
});

export const makeDisconnectAccount = (ports: Ports): DisconnectAccount => {
  const { accounts, dataKeys, audit, clock, log, tellTikTok } = ports;

  const erase = async (account: VaultAccount, request: RevokeRequest, caller: string): Promise<void> => {
    const { accountId, requestId, actor, reason, consentsUntil } = request;
    const at = clock();
    const purpose = { requestId, caller, operation: 'disconnect' };
    const fact = factOf(clock, 'account.disconnect', accountId, purpose, 'done', { actor, reason });
    // TikTok's own notice says that the grant is dead already; nothing is left to tell it.
    const atTikTok = actor.kind === 'tiktok' || account.credential === undefined ? 'already-void' : 'pending';
    const keepUntil = new Date(at.getTime() + KEEP_PENDING_MS);
    const limit = consentsUntil === undefined ? {} : { consentsUntil: new Date(consentsUntil) };
    const ended = await audit.recordWith(fact, (entry) =>
      accounts.disconnect({ accountId, requestId, actor, reason, at, ...limit, atTikTok, keepUntil }, entry),
    );
    // Ended by another, or a newer consent stands against it; whoever called sees which.
    if (ended === undefined) return;
    const { credential } = account;
    if (credential !== undefined) dataKeys.forget(accountId, dataKeyOf(credential));
    log.info('tiktok.account.disconnect', { ...purpose, accountId, actor: actor.kind, atTikTok });
  };

  const find = async (accountId: string): Promise<VaultAccount> => {
    const account = await accounts.find(accountId);
    if (account === undefined) throw new PlatformError('E_ACCOUNT_NOT_FOUND', 'no account has this id');
    return account;
  };

  const disconnect = async (request: RevokeRequest, caller: string | undefined): Promise<RevokeResult> => {
    const provenCaller = checkCaller('revoke', caller);
    const account = await find(request.accountId);
    if (account.revocation === undefined) await erase(account, request, provenCaller);
    // Access has ended; whatever happens now, the pending revocation is there to be taken up again.
    await tellTikTok.now(request.accountId).catch((error: unknown) => {
      log.warn('tiktok.revocation.postponed', { accountId: request.accountId, code: toPlatformError(error).code });
    });
    const { revocation } = await find(request.accountId);
    if (revocation === undefined) throw new PlatformError('E_UNAVAILABLE', 'the disconnect could not be completed');
    return resultOf(request.accountId, revocation);
  };

  return async (request, caller) => {
    try {
      return await disconnect(request, caller);
    } catch (thrown) {
      const error = toPlatformError(thrown);
      const { requestId, accountId, actor, reason } = request;
      const purpose = { requestId, caller: caller ?? 'unknown', operation: 'disconnect' };
      await recordRefusal(ports, 'account.disconnect', purpose, error, { accountId, actor, reason });
      throw error;
    }
  };
};
