import { accountUpdated, toPlatformError, type AccountState, type Announcement } from '@trendpot/contracts';
import type { Logger } from '@trendpot/observability';

/** What an account becomes when only its creator can help. */
export interface ConsentNeeded {
  readonly account: {
    readonly state: 'needs_consent';
    readonly lastError: { readonly code: string; readonly at: Date };
  };
  readonly announce: readonly Announcement[];
}

export interface NeedsConsentPorts {
  /** Stores what `decide` makes of the account, in one transaction. @returns undefined when it wanted no change. */
  change(
    accountId: string,
    decide: (account: { readonly state: AccountState } | undefined) => ConsentNeeded | undefined,
  ): Promise<object | undefined>;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock: () => Date;
}

/**
 * When only the creator can help, the account says so and its work ends: no retry, no dead letter. The work begins
 * anew when the creator reconnects.
 *
 * @returns whether `thrown` was of that kind.
 */
export const makeReportNeedsConsent =
  ({ change, log, clock }: NeedsConsentPorts) =>
  async (accountId: string, thrown: unknown): Promise<boolean> => {
    const { code, verdict } = toPlatformError(thrown);
    if (verdict !== 'needs-consent') return false;
    const changed = await change(accountId, (account) => {
      if (account === undefined || account.state === 'revoked' || account.state === 'needs_consent') return undefined;
      return {
        account: { state: 'needs_consent', lastError: { code, at: clock() } },
        announce: [accountUpdated(accountId, 'state', 'needs_consent', code)],
      };
    });
    if (changed !== undefined) log.warn('tiktok.account.needs_consent', { accountId, code });
    return true;
  };
