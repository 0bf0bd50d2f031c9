import { leaseToken, type Messaging } from '@trendpot/messaging';
import type { TokenVault } from '../domain/ports.ts';

/** Tokens from token-vault, each lent for one call. */
export const natsTokenVault = (messaging: Messaging): TokenVault => ({
  lease: (asked) => leaseToken(messaging, { operation: 'video.data', ...asked }),
});
