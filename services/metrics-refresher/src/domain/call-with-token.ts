import { toPlatformError } from '@trendpot/contracts';
import type { DisplayApi, Lease, TokenVault } from './ports.ts';

export interface TokenUse {
  readonly accountId: string;
  readonly requestId: string;
  readonly signal?: AbortSignal;
}

export type CallWithToken = <T>(use: TokenUse, call: (lease: Lease) => Promise<T>) => Promise<T>;

/**
 * One call with a lent token. The token is held for this call only: when no permit comes while the lease is fresh,
 * the lease is dropped before waiting on, for a turn to have another one lent. A token that TikTok refuses is replaced
 * once.
 */
export const makeCallWithToken =
  (ports: { vault: TokenVault; display: Pick<DisplayApi, 'turn'> }): CallWithToken =>
  async ({ accountId, requestId, signal }, call) => {
    let rejectedGeneration: number | undefined;
    let turn = await ports.display.turn(false, signal);
    try {
      for (;;) {
        const rejected = rejectedGeneration === undefined ? {} : { rejectedGeneration };
        const lease = await ports.vault.lease({ accountId, requestId, ...rejected });
        try {
          return await call(lease);
        } catch (thrown) {
          const { code } = toPlatformError(thrown);
          if (code === 'E_PERMIT_UNAVAILABLE' || code === 'E_PERMIT_STALE') {
            turn.end();
            turn = await ports.display.turn(true, signal);
          } else if (code === 'E_TIKTOK_TOKEN_REJECTED' && rejectedGeneration === undefined) {
            rejectedGeneration = lease.generation;
          } else throw thrown;
        }
      }
    } finally {
      turn.end();
    }
  };
