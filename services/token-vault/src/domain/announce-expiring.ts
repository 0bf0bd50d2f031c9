import type { AccountId } from '@trendpot/contracts';
import type { Clock, VaultLog } from './ports.ts';

export interface ExpiringConsent {
  readonly accountId: AccountId;
  readonly refreshTokenExpiresAt: Date;
}

export interface ExpiringConsents {
  /** Active accounts whose refresh token ends before the date and of whom that was not told yet. */
  untold(before: Date, limit: number): Promise<readonly ExpiringConsent[]>;
  /** Publishes that the consent ends. Nothing happens when the pair was renewed meanwhile. */
  tell(consent: ExpiringConsent, at: Date): Promise<void>;
  count(before: Date): Promise<number>;
}

const BATCH = 200;

/**
 * Tells once per refresh token that it will end: tokens are renewed only when a call is due, so the consent of a creator
 * nobody fetches for runs out by itself.
 *
 * @returns how many were told
 */
export const makeAnnounceExpiring =
  (consents: ExpiringConsents, clock: Clock, log: VaultLog, noticeMs: number): (() => Promise<number>) =>
  async () => {
    const now = clock();
    const untold = await consents.untold(new Date(now.getTime() + noticeMs), BATCH);
    for (const consent of untold) {
      await consents.tell(consent, now);
      log.info('tiktok.consent.expiring', { accountId: consent.accountId, at: consent.refreshTokenExpiresAt });
    }
    return untold.length;
  };
