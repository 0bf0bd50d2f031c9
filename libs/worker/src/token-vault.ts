import type { LeaseOperation } from '@trendpot/contracts';
import { leaseToken, type LentToken, type Messaging } from '@trendpot/messaging';

export interface TokenVault {
  /**
   * Lends the access token of an account. `rejectedGeneration` names the token TikTok refused: if it is still the
   * current one, it is refreshed first.
   *
   * @throws PlatformError E_UNAVAILABLE, E_ACCOUNT_REVOKED, E_NEEDS_CONSENT, or another refusal of the vault
   */
  lease(request: {
    readonly accountId: string;
    readonly operation: LeaseOperation;
    readonly requestId: string;
    readonly rejectedGeneration?: number;
  }): Promise<LentToken>;
}

/** Tokens from token-vault, each lent for one call. */
export const natsTokenVault = (messaging: Messaging): TokenVault => ({
  lease: (asked) => leaseToken(messaging, asked),
});
