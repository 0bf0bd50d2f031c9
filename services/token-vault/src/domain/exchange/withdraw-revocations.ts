import { factOf, type Purpose } from '../audit/audit-fact.ts';
import type { VaultPorts } from '../vault-ports.ts';

/**
 * A creator consents again while TikTok has not been told of their earlier disconnect. Telling it now would end the new
 * grant, so nobody will; the old account's record says that TikTok was never told.
 */
export const withdrawRevocations = async (
  {
    pendingRevocations,
    audit,
    clock,
    log,
    meter,
  }: Pick<VaultPorts, 'pendingRevocations' | 'audit' | 'clock' | 'log' | 'meter'>,
  openId: string,
  purpose: Purpose,
): Promise<void> => {
  for (const accountId of await pendingRevocations.ofCreator(openId)) {
    const fact = factOf(clock, 'token.revoke', accountId, purpose, 'failed', { cause: 'consented-again' });
    const withdrawn = await audit.recordWith(fact, (entry) => pendingRevocations.withdraw(accountId, entry));
    if (withdrawn === undefined) continue;
    meter.revoked('given-up');
    log.info('tiktok.token.revoke', { accountId, requestId: purpose.requestId, outcome: 'consented-again' });
  }
};
