import type { AccountId } from '@trendpot/contracts';
import type { VaultPorts } from '../vault-ports.ts';

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 250;

export type HoldPorts = Pick<VaultPorts, 'pendingRevocations' | 'pause' | 'settings'>;

/**
 * Pending revocations that nobody works on for the time being. TikTok ends all that a creator gave to the app, so being
 * told of an earlier disconnect late would end what they give now.
 */
export interface HeldRevocations {
  /**
   * Claims those that `find` finds, waiting for whoever is at one of them. False when somebody still is after the time
   * for that: what they have sent may yet arrive at TikTok.
   */
  take(find: () => Promise<readonly AccountId[]>): Promise<boolean>;
  /** Gives back those that were not withdrawn: TikTok is told of them at once, or when the claim ends by itself. */
  release(): Promise<void>;
}

export const makeHeldRevocations = ({ pendingRevocations, pause, settings }: HoldPorts): HeldRevocations => {
  const fences = new Map<AccountId, number>();

  const claimed = async (accountId: AccountId): Promise<boolean> => {
    if (fences.has(accountId)) return true;
    const pending = await pendingRevocations.claim(settings.holder, settings.claimMs, accountId);
    if (pending !== undefined) fences.set(accountId, pending.fence);
    return pending !== undefined;
  };

  return {
    take: async (find) => {
      const deadline = performance.now() + settings.reconnectWaitMs;
      for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
        const taken = await Promise.all((await find()).map(claimed));
        if (!taken.includes(false)) return true;
        if (performance.now() + waitMs > deadline) return false;
        await pause(waitMs);
      }
    },
    release: async () => {
      await Promise.allSettled(
        [...fences].map(([accountId, fence]) => pendingRevocations.postpone(accountId, fence, 0)),
      );
    },
  };
};
