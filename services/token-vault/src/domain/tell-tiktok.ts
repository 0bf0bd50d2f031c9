import { PlatformError, toPlatformError, type AccountId, type AuditFact } from '@trendpot/contracts';
import { sealPair, type Credential } from './credential.ts';
import { auditCause } from './errors.ts';
import { openForCall, readyKeyFor } from './open-for-call.ts';
import { persistently } from './persistently.ts';
import type { PendingRevocation } from './pending-revocations.ts';
import { factOf, type Purpose, type RenewalPorts } from './renewal.ts';

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

type Ports = Pick<
  RenewalPorts,
  'pendingRevocations' | 'dataKeys' | 'oauth' | 'audit' | 'keyRing' | 'clock' | 'log' | 'meter' | 'pause'
> & { readonly settings: TellTikTokSettings & Pick<RenewalPorts['settings'], 'insistMs'> };

/** Works off the pending revocations. */
export interface TellTikTok {
  /** Tries the one of this account, if it has one and nobody else is at it. */
  now(accountId: AccountId): Promise<void>;
  /** Tries one that is due. False when none is. */
  next(): Promise<boolean>;
}

type Outcome = 'revoked' | 'already-void';

const delayAfter = (attempts: number): number =>
  Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts, 20), LONGEST_DELAY_MS);

export const makeTellTikTok = (ports: Ports): TellTikTok => {
  const { pendingRevocations, dataKeys, oauth, audit, clock, log, meter, pause, settings } = ports;

  const purposeOf = ({ requestId }: PendingRevocation): Purpose => ({
    requestId,
    caller: 'token-vault',
    operation: 'token.revoke',
  });

  /** A newer access token, durable before it is used: the refresh token it came from is void. */
  const renewedForRevocation = async (pending: PendingRevocation): Promise<Credential | 'void'> => {
    const { accountId, credential, fence } = pending;
    const ready = await readyKeyFor(ports, accountId, credential);
    try {
      const token = await openForCall(ports, accountId, credential, 'refresh_token', purposeOf(pending));
      const issuedAt = clock();
      const grant = await oauth.refresh(token).catch((thrown: unknown) => {
        const error = toPlatformError(thrown);
        if (error.code === 'E_NEEDS_CONSENT') return 'void' as const;
        throw error;
      });
      if (grant === 'void') return 'void';
      const renewed = sealPair(ready.key, ready.dataKey, accountId, credential.generation + 1, grant, issuedAt);
      const store = () => pendingRevocations.storeRenewed(accountId, fence, renewed);
      if (await persistently(store, settings.insistMs, pause)) return renewed;
      throw new PlatformError('E_UNAVAILABLE', `the revocation of ${accountId} has passed to another replica`);
    } finally {
      ready.release();
    }
  };

  /** False when TikTok does not know the access token. */
  const revokeWith = async (pending: PendingRevocation, credential: Credential): Promise<boolean> => {
    const token = await openForCall(ports, pending.accountId, credential, 'access_token', purposeOf(pending));
    try {
      await oauth.revoke(token);
      return true;
    } catch (thrown) {
      const error = toPlatformError(thrown);
      if (error.code === 'E_TIKTOK_TOKEN_REJECTED') return false;
      throw error;
    }
  };

  const tell = async (pending: PendingRevocation): Promise<Outcome> => {
    const left = pending.credential.accessTokenExpiresAt.getTime() - clock().getTime();
    if (left > STALE_MS && (await revokeWith(pending, pending.credential))) return 'revoked';
    const renewed = await renewedForRevocation(pending);
    if (renewed === 'void') return 'already-void';
    return (await revokeWith(pending, renewed)) ? 'revoked' : 'already-void';
  };

  const finish = async (pending: PendingRevocation, outcome: Outcome | 'given-up'): Promise<void> => {
    const { accountId, fence, credential } = pending;
    const result: AuditFact['outcome'] = outcome === 'given-up' ? 'failed' : 'done';
    const fact = factOf(clock, 'token.revoke', accountId, purposeOf(pending), result, { cause: outcome });
    await audit.recordWith(fact, (entry) => pendingRevocations.finish(accountId, fence, outcome, entry));
    dataKeys.forget(accountId, { keyId: credential.keyId, wrapped: credential.wrappedDataKey });
    meter.revoked(outcome);
    log.info('tiktok.token.revoke', { accountId, requestId: pending.requestId, outcome });
  };

  const attempt = async (pending: PendingRevocation): Promise<void> => {
    const { accountId, fence, attempts, requestId } = pending;
    // The pair on the way may be the only one that still works.
    if (pending.refreshEndsInMs > 0) {
      return pendingRevocations.postpone(accountId, fence, pending.refreshEndsInMs);
    }
    try {
      await finish(pending, await tell(pending));
    } catch (thrown) {
      const error = toPlatformError(thrown);
      const cause = auditCause(error);
      log.warn('tiktok.token.revoke', { accountId, requestId, outcome: 'postponed', cause, attempts });
      await audit.record(factOf(clock, 'token.revoke', accountId, purposeOf(pending), 'failed', { cause }));
      if (clock() >= pending.keepUntil) return finish(pending, 'given-up');
      await pendingRevocations.postpone(accountId, fence, delayAfter(attempts));
    }
  };

  return {
    now: async (accountId) => {
      const deadline = performance.now() + settings.waitMs;
      for (;;) {
        const pending = await pendingRevocations.claim(settings.holder, settings.claimMs, accountId);
        if (pending === undefined) return;
        await attempt(pending);
        const remaining = pending.refreshEndsInMs;
        if (remaining <= 0 || performance.now() + remaining > deadline) return;
        await pause(remaining);
      }
    },
    next: async () => {
      const pending = await pendingRevocations.claim(settings.holder, settings.claimMs);
      if (pending === undefined) return false;
      await attempt(pending);
      return true;
    },
  };
};
