import { PlatformError } from '@trendpot/contracts';
import type { Permit } from './permits.ts';
import { elapsedMs, type Instant } from './places.ts';

export interface TrackedPermit extends Permit {
  readonly used: boolean;
}

export interface PermitRules {
  readonly requestedAt: Instant;
  readonly ageLimitMs: number;
  isCoolingDown(): boolean;
}

/**
 * How old a permit may be when its request leaves. TikTok counts arrivals, so a part of the margin is kept for the
 * differences between the ways that two requests take there.
 */
export const ageLimitOf = (marginMs: number): number => marginMs - Math.min(150, marginMs * 0.3);

export const createPermit = (rules: PermitRules): TrackedPermit => {
  let used = false;
  return {
    get used() {
      return used;
    },
    beforeSend() {
      if (used) throw new PlatformError('E_PERMIT_STALE', 'a permit is for one request, and this one was used');
      const age = elapsedMs(rules.requestedAt);
      if (age > rules.ageLimitMs) {
        throw new PlatformError('E_PERMIT_STALE', `a permit of ${Math.round(age)} ms is too old to be used`);
      }
      if (rules.isCoolingDown()) throw new PlatformError('E_PERMIT_STALE', 'all calls are cooling down');
      used = true;
    },
  };
};
