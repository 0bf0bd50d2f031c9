import { PlatformError, toPlatformError, type AccountId, type AuditFact } from '@trendpot/contracts';
import { factOf, type Purpose } from '../audit/audit-fact.ts';
import { auditCause } from '../errors.ts';
import type { PendingRevocation } from '../pending-revocations.ts';
import { refuseLate } from '../refresh/ask-for-pair.ts';
import { openForCall } from '../refresh/open-for-call.ts';
import { dataKeyOf, type Credential } from '../sealing/credential.ts';
import { renewForRevocation, type RevocationPorts } from './renew-for-revocation.ts';

/** A token with less left than this may die on the way; TikTok refuses to revoke with a dead one. */
const STALE_MS = 30_000;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;

export interface TellTikTokSettings {
  readonly holder: string;
  /** How long one process may work on one revocation: longer than all of its calls together. */
  readonly claimMs: number;
  /** How long a disconnect waits for a refresh that was under way. */
  readonly waitMs: number;
}

type Ports = RevocationPorts & { readonly settings: TellTikTokSettings & RevocationPorts['settings'] };

/** Works off the pending revocations. */
export interface TellTikTok {
  /** Tries the one of this account, if it has one and nobody else is at it. */
  now(accountId: AccountId): Promise<void>;
  /** Tries one that is due. False when none is. */
  next(): Promise<boolean>;
}

/** `lost`: the only pair that could end the grant never reached us, so it may live on at TikTok. */
type Outcome = 'revoked' | 'already-void' | 'lost';

const delayAfter = (attempts: number): number =>
  Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts, 20), LONGEST_DELAY_MS);

export const makeTellTikTok = (ports: Ports): TellTikTok => {
  const { pendingRevocations, dataKeys, oauth, audit, clock, log, meter, pause, settings } = ports;

  const purposeOf = ({ requestId }: PendingRevocation): Purpose => ({
    requestId,
    caller: 'token-vault',
    operation: 'token.revoke',
  });

  /**
   * False when TikTok does not know the access token. Nothing is sent once the creator has connected again, or when the
   * call might not have ended before the claim: whoever connects waits for as long as that, and no longer.
   */
  const revokeWith = async (pending: PendingRevocation, credential: Credential, endsAt: number): Promise<boolean> => {
    const { accountId, fence } = pending;
    const token = await openForCall(ports, accountId, credential, 'access_token', purposeOf(pending));
    if (!(await pendingRevocations.isClaimed(accountId, fence))) {
      throw new PlatformError('E_UNAVAILABLE', `the revocation of ${accountId} has passed on`);
    }
    try {
      await oauth.revoke(token, () => refuseLate({ endsAt, callMs: settings.callMs }));
      return true;
    } catch (thrown) {
      const error = toPlatformError(thrown);
      if (error.code === 'E_TIKTOK_TOKEN_REJECTED') return false;
      throw error;
    }
  };

  const tell = async (pending: PendingRevocation, endsAt: number): Promise<Outcome> => {
    const left = pending.credential.accessTokenExpiresAt.getTime() - clock().getTime();
    if (left > STALE_MS && (await revokeWith(pending, pending.credential, endsAt))) return 'revoked';
    const renewed = await renewForRevocation(ports, pending, purposeOf(pending), endsAt);
    if (renewed === 'lost') return 'lost';
    if (renewed === 'void') return 'already-void';
    if (await revokeWith(pending, renewed, endsAt)) return 'revoked';
    // TikTok has just issued this pair, so that it refuses to revoke with it proves nothing about the grant.
    throw new PlatformError('E_TIKTOK_TOKEN_REJECTED', 'TikTok does not revoke with a token that it has just issued');
  };

  const finish = async (pending: PendingRevocation, reached: Outcome | 'given-up'): Promise<void> => {
    const { accountId, fence, credential, requestId } = pending;
    const outcome = reached === 'lost' ? 'given-up' : reached;
    const cause = reached === 'lost' ? 'E_REFRESH_LOST' : outcome;
    const result: AuditFact['outcome'] = outcome === 'given-up' ? 'failed' : 'done';
    const fact = factOf(clock, 'token.revoke', accountId, purposeOf(pending), result, { cause });
    const finished = await audit.recordWith(fact, (entry) =>
      pendingRevocations.finish(accountId, fence, outcome, entry),
    );
    dataKeys.forget(accountId, dataKeyOf(credential));
    // A newer pair came in meanwhile, or another process has it: what was learned with this one counts for nothing.
    if (finished === undefined) return log.info('tiktok.token.revoke', { accountId, requestId, outcome: 'outrun' });
    meter.revoked(outcome);
    log.info('tiktok.token.revoke', { accountId, requestId, outcome, cause });
  };

  const attempt = async (pending: PendingRevocation, endsAt: number): Promise<void> => {
    const { accountId, fence, attempts, requestId } = pending;
    // The pair on the way may be the only one that still works.
    if (pending.refreshEndsInMs > 0) {
      return pendingRevocations.postpone(accountId, fence, pending.refreshEndsInMs);
    }
    try {
      await finish(pending, await tell(pending, endsAt));
    } catch (thrown) {
      const error = toPlatformError(thrown);
      const cause = auditCause(error);
      log.warn('tiktok.token.revoke', { accountId, requestId, outcome: 'postponed', cause, attempts });
      await audit.record(factOf(clock, 'token.revoke', accountId, purposeOf(pending), 'failed', { cause }));
      if (clock() >= pending.keepUntil) return finish(pending, 'given-up');
      await pendingRevocations.postpone(accountId, fence, delayAfter(attempts));
    }
  };

  const workOff = async (accountId?: AccountId): Promise<PendingRevocation | undefined> => {
    // Counted from before the claim was asked for: a slow database shortens it, never stretches it.
    const endsAt = performance.now() + settings.claimMs;
    const pending = await pendingRevocations.claim(settings.holder, settings.claimMs, accountId);
    if (pending !== undefined) await attempt(pending, endsAt);
    return pending;
  };

  return {
    now: async (accountId) => {
      const deadline = performance.now() + settings.waitMs;
      for (;;) {
        const remaining = (await workOff(accountId))?.refreshEndsInMs ?? 0;
        if (remaining <= 0 || performance.now() + remaining > deadline) return;
        await pause(remaining);
      }
    },
    next: async () => (await workOff()) !== undefined,
  };
};
