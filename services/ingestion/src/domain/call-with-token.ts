import { toPlatformError, type LeaseOperation } from '@trendpot/contracts';
import type { CallOptions, DisplayApi, Lease, TokenVault } from './ports.ts';

export interface TokenUse extends CallOptions {
  readonly accountId: string;
  readonly operation: LeaseOperation;
  readonly requestId: string;
  /** A job waits for a permit as long as it takes, without holding a token; a person is told to come back. */
  readonly patient: boolean;
}

export type CallWithToken = <T>(use: TokenUse, call: (lease: Lease) => Promise<T>) => Promise<T>;

/**
 * One call with a lent token. The token is held for this call only: when no permit comes while the lease is fresh,
 * the lease is dropped before waiting on, for a turn to have another one lent. A token that TikTok refuses is replaced
 * once.
 */
export const makeCallWithToken =
  (ports: { vault: TokenVault; display: Pick<DisplayApi, 'turn'> }): CallWithToken =>
  async (use, call) => {
    const { accountId, operation, requestId } = use;
    let rejectedGeneration: number | undefined;
    let turn = use.patient ? await ports.display.turn(use, false) : undefined;
    try {
      for (;;) {
        const rejected = rejectedGeneration === undefined ? {} : { rejectedGeneration };
        const lease = await ports.vault.lease({ accountId, operation, requestId, ...rejected });
        try {
          return await call(lease);
        } catch (thrown) {
          const { code } = toPlatformError(thrown);
          const isUnsent = code === 'E_PERMIT_UNAVAILABLE' || code === 'E_PERMIT_STALE';
          if (isUnsent && use.patient) {
            turn?.end();
            turn = await ports.display.turn(use, true);
          } else if (code === 'E_TIKTOK_TOKEN_REJECTED' && rejectedGeneration === undefined) {
            rejectedGeneration = lease.generation;
          } else throw thrown;
        }
      }
    } finally {
      turn?.end();
    }
  };
