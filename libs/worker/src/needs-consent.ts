import { accountUpdated, toPlatformError, type AccountState, type Announcement } from '@trendpot/contracts';
import type { Logger } from '@trendpot/observability';
import { RefusedGrant } from './refused-grant.ts';

/** What an account becomes when only its creator can help. */
export interface ConsentNeeded {
  readonly account: {
    readonly state: 'needs_consent';
    readonly lastError: { readonly code: string; readonly at: Date };
  };
  readonly announce: readonly Announcement[];
}

export interface Grantee {
  readonly state: AccountState;
  /** Of the account's tokens, over all its grants; absent without tokens. */
  readonly generation?: number;
}

export interface NeedsConsentPorts {
  /** Stores what `decide` makes of the account, in one transaction. @returns undefined when it wanted no change. */
  change(
    accountId: string,
    decide: (account: Grantee | undefined) => ConsentNeeded | undefined,
  ): Promise<object | undefined>;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock: () => Date;
}

/** Whether only the creator could help: whatever comes of the account is decided already. */
const isEnded = (account: Grantee | undefined): boolean =>
  account === undefined || account.state === 'revoked' || account.state === 'needs_consent';

/**
 * Whether the account has newer tokens than those that were refused. A refusal without a generation is none of TikTok's:
 * it only repeated what the account said then, so an account with tokens that says otherwise was reconnected since.
 */
const isOutdated = (thrown: unknown, { generation }: Grantee): boolean =>
  generation !== undefined && (!(thrown instanceof RefusedGrant) || thrown.generation < generation);

/**
 * When only the creator can help, the account says so and its work ends: no retry, no dead letter. The work begins
 * anew when the creator reconnects.
 *
 * @returns whether `thrown` was of that kind; false as well when it was of an old grant, and trying again makes sense.
 */
export const makeReportNeedsConsent =
  ({ change, log, clock }: NeedsConsentPorts) =>
  async (accountId: string, thrown: unknown): Promise<boolean> => {
    const { code, verdict } = toPlatformError(thrown);
    if (verdict !== 'needs-consent') return false;
    let outdated = false;
    const changed = await change(accountId, (account) => {
      outdated = account !== undefined && !isEnded(account) && isOutdated(thrown, account);
      if (isEnded(account) || outdated) return undefined;
      return {
        account: { state: 'needs_consent', lastError: { code, at: clock() } },
        announce: [accountUpdated(accountId, 'state', 'needs_consent', code)],
      };
    });
    if (changed !== undefined) log.warn('tiktok.account.needs_consent', { accountId, code });
    return !outdated;
  };
