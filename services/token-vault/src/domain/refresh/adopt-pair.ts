import { factOf, type Purpose } from '../audit/audit-fact.ts';
import { KEEP_PENDING_MS, type AdoptedPair } from '../pending-revocations.ts';
import { retryUntilStored } from '../retry-until-stored.ts';
import type { VaultPorts } from '../vault-ports.ts';

type Ports = Pick<VaultPorts, 'pendingRevocations' | 'audit' | 'clock' | 'log' | 'pause'> & {
  readonly settings: Pick<VaultPorts['settings'], 'insistMs'>;
};

/**
 * A pair that its account has no place for any more. If a disconnect came between, this pair is what ends the grant at
 * TikTok; else a newer one is stored already, and this one is of no use to anybody.
 */
export const adoptPair = async (
  { pendingRevocations, audit, clock, log, pause, settings }: Ports,
  purpose: Purpose,
  pair: Omit<AdoptedPair, 'keepUntil'>,
): Promise<void> => {
  const fact = factOf(clock, 'token.refresh', pair.accountId, purpose, 'done');
  const keepUntil = new Date(clock().getTime() + KEEP_PENDING_MS);
  const adopted = await retryUntilStored(
    () => audit.recordWith(fact, (entry) => pendingRevocations.adopt({ ...pair, keepUntil }, entry)),
    settings.insistMs,
    pause,
  );
  log.info('tiktok.token.refresh.outrun', {
    accountId: pair.accountId,
    requestId: purpose.requestId,
    adopted: adopted === true,
  });
};
