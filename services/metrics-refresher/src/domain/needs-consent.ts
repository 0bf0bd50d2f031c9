import { accountUpdated, toPlatformError } from '@trendpot/contracts';
import type { Clock, Library, Log } from './ports.ts';

export type ReportNeedsConsent = (accountId: string, thrown: unknown) => Promise<boolean>;

/**
 * When only the creator can help, the account says so and its rounds end: no retry, no dead letter. They begin anew
 * when the creator reconnects.
 *
 * @returns whether `thrown` was of that kind.
 */
export const makeReportNeedsConsent =
  (ports: { library: Library; log: Log; clock: Clock }): ReportNeedsConsent =>
  async (accountId, thrown) => {
    const { code, verdict } = toPlatformError(thrown);
    if (verdict !== 'needs-consent') return false;
    const now = ports.clock();
    const changed = await ports.library.change({ accountId }, ({ account }) => {
      if (account === undefined || account.state === 'revoked' || account.state === 'needs_consent') return undefined;
      return {
        account: { state: 'needs_consent', lastError: { code, at: now } },
        videos: [],
        refreshedAt: now,
        announce: [accountUpdated(accountId, 'state', 'needs_consent', code)],
      };
    });
    if (changed !== undefined) ports.log.warn('tiktok.account.needs_consent', { accountId, code });
    return true;
  };
