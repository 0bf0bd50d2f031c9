import { PlatformError, type AccountId } from '@trendpot/contracts';
import type { LiveLibrary } from '../ports.ts';
import type { RateGuard, RateLimit } from '../rate-guard.ts';

/** Enough for a person who looks around; what a program could ask for in a day is a small part of the day's calls. */
export const ACCOUNT_SHARE: RateLimit = { burst: 20, perMinute: 1 / 6 };

/**
 * Live pages and look-ups within each account's share. Counted here, behind what is answered from the database: only
 * what may cost a call to TikTok uses the share up.
 *
 * @throws PlatformError E_TOO_MANY_REQUESTS
 */
export const withinAccountShare = (library: LiveLibrary, share: RateGuard): LiveLibrary => {
  const admit = (accountId: AccountId): void => {
    const afterMs = share.admit(accountId);
    if (afterMs === 0) return;
    throw new PlatformError('E_TOO_MANY_REQUESTS', `account ${accountId} exceeds its share of calls`, { afterMs });
  };
  return {
    page: async (request) => {
      admit(request.accountId);
      return library.page(request);
    },
    lookUp: async (request) => {
      admit(request.accountId);
      return library.lookUp(request);
    },
  };
};
