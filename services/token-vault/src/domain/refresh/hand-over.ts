import type { AccountId } from '@trendpot/contracts';
import { KEEP_PENDING_MS } from '../pending-revocations.ts';
import { persistently } from '../persistently.ts';
import { factOf, type Purpose, type RenewalPorts } from '../renewal.ts';
import type { Credential } from '../sealing/credential.ts';

type Ports = Pick<RenewalPorts, 'pendingRevocations' | 'audit' | 'clock' | 'log' | 'pause'> & {
  readonly settings: Pick<RenewalPorts['settings'], 'insistMs'>;
};

export interface OutrunPair {
  readonly accountId: AccountId;
  /** The generation the refresh token was of. */
  readonly from: number;
  readonly credential: Credential;
  readonly openId: string | undefined;
}

/**
 * A pair that its account has no place for any more. If a disconnect came between, this pair is what ends the grant at
 * TikTok; else a newer one is stored already, and this one is of no use to anybody.
 */
export const handOver = async (
  { pendingRevocations, audit, clock, log, pause, settings }: Ports,
  purpose: Purpose,
  pair: OutrunPair,
): Promise<void> => {
  const fact = factOf(clock, 'token.refresh', pair.accountId, purpose, 'done');
  const keepUntil = new Date(clock().getTime() + KEEP_PENDING_MS);
  const adopted = await persistently(
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
