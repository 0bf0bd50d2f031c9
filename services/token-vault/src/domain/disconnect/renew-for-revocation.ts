import { PlatformError, type AuditFact } from '@trendpot/contracts';
import { factOf, type Purpose } from '../audit/audit-fact.ts';
import { auditCause } from '../errors.ts';
import type { PendingRevocation } from '../pending-revocations.ts';
import { adoptPair } from '../refresh/adopt-pair.ts';
import { askForPair } from '../refresh/ask-for-pair.ts';
import { openForCall, readyKeyFor } from '../refresh/open-for-call.ts';
import { retryUntilStored } from '../retry-until-stored.ts';
import { sealPair, type Credential } from '../sealing/credential.ts';
import type { VaultPorts } from '../vault-ports.ts';

export type RevocationPorts = Pick<
  VaultPorts,
  'pendingRevocations' | 'dataKeys' | 'oauth' | 'audit' | 'keyRing' | 'clock' | 'log' | 'meter' | 'pause'
> & { readonly settings: Pick<VaultPorts['settings'], 'insistMs' | 'callMs'> };

/** TikTok refused the refresh token: the grant is `void`, or an earlier answer was `lost` and it may be alive. */
export type NoPair = 'void' | 'lost';

/**
 * A newer pair to revoke with. It follows the rules of every refresh: noted before TikTok is asked, durable before it is
 * used, and never asked for by two processes at once.
 *
 * @throws PlatformError E_UNAVAILABLE when the claim has passed on, E_TIKTOK_UNAVAILABLE, and what opening throws
 */
export const renewForRevocation = async (
  ports: RevocationPorts,
  pending: PendingRevocation,
  purpose: Purpose,
  endsAt: number,
): Promise<Credential | NoPair> => {
  const { pendingRevocations, oauth, audit, clock, pause, settings } = ports;
  const { accountId, credential, fence, refreshUnfinished } = pending;
  const passedOn = () => new PlatformError('E_UNAVAILABLE', `the revocation of ${accountId} has passed on`);

  const refresh = (outcome: AuditFact['outcome'], cause?: string): AuditFact =>
    factOf(clock, 'token.refresh', accountId, purpose, outcome, cause === undefined ? {} : { cause });

  const ready = await readyKeyFor(ports, accountId, credential);
  try {
    const token = await openForCall(ports, accountId, credential, 'refresh_token', purpose);
    if (!(await pendingRevocations.beginRefresh(accountId, fence))) throw passedOn();
    const issuedAt = clock();
    const answer = await askForPair(oauth, token, { endsAt, callMs: settings.callMs });
    if (answer.outcome === 'refused') {
      await pendingRevocations.endRefresh(accountId, fence, refreshUnfinished ? 'unknown' : 'nothing-sent');
      await audit.record(refresh('refused', refreshUnfinished ? 'E_REFRESH_LOST' : 'E_NEEDS_CONSENT'));
      return refreshUnfinished ? 'lost' : 'void';
    }
    if (answer.outcome === 'failed') {
      const isKnown = answer.nothingReplaced && !refreshUnfinished;
      await pendingRevocations.endRefresh(accountId, fence, isKnown ? 'nothing-sent' : 'unknown');
      await audit.record(refresh('failed', auditCause(answer.error)));
      throw answer.error;
    }
    const { grant } = answer;
    const renewed = sealPair(ready.key, ready.dataKey, accountId, credential.generation + 1, grant, issuedAt);
    const store = () =>
      audit.recordWith(refresh('done'), (entry) => pendingRevocations.storeRenewed(accountId, fence, renewed, entry));
    if ((await retryUntilStored(store, settings.insistMs, pause)) === true) return renewed;
    // Whoever has the claim now holds a void refresh token; this pair is the one that works.
    const { openId } = grant;
    await adoptPair(ports, purpose, { accountId, from: credential.generation, credential: renewed, openId });
    throw passedOn();
  } finally {
    ready.release();
  }
};
