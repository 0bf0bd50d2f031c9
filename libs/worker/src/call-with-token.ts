import { toPlatformError, type LeaseOperation } from '@trendpot/contracts';
import type { CallKind, LentToken, Permits } from '@trendpot/messaging';
import { RefusedGrant } from './refused-grant.ts';
import type { TokenVault } from './token-vault.ts';

export interface TokenUse {
  readonly accountId: string;
  readonly operation: LeaseOperation;
  readonly requestId: string;
  readonly kind: CallKind;
  readonly signal?: AbortSignal;
  /** A job waits for a permit as long as it takes, without holding a token; a person is told to come back. */
  readonly patient: boolean;
}

export type CallWithToken = <T>(use: TokenUse, call: (lease: LentToken) => Promise<T>) => Promise<T>;

/**
 * One call with a lent token. The token is held for this call only: when no permit comes while the lease is fresh,
 * the lease is dropped before waiting on, for a turn to have another one lent. A token that TikTok refuses is replaced
 * once.
 *
 * @throws RefusedGrant when only the creator can help
 */
export const makeCallWithToken =
  ({ vault, permits }: { vault: TokenVault; permits: Pick<Permits, 'turn'> }): CallWithToken =>
  async (use, call) => {
    const { accountId, operation, requestId, kind, signal } = use;
    const takeTurn = (wasRefused: boolean) =>
      permits.turn(kind, { wasRefused, ...(signal === undefined ? {} : { signal }) });
    let rejectedGeneration: number | undefined;
    let turn = use.patient ? await takeTurn(false) : undefined;
    try {
      for (;;) {
        const rejected = rejectedGeneration === undefined ? {} : { rejectedGeneration };
        const lease = await vault.lease({ accountId, operation, requestId, ...rejected });
        try {
          return await call(lease);
        } catch (thrown) {
          const error = toPlatformError(thrown);
          const { code } = error;
          const isUnsent = code === 'E_PERMIT_UNAVAILABLE' || code === 'E_PERMIT_STALE';
          if (isUnsent && use.patient) {
            turn?.end();
            turn = await takeTurn(true);
          } else if (code === 'E_TIKTOK_TOKEN_REJECTED' && rejectedGeneration === undefined) {
            rejectedGeneration = lease.generation;
          } else if (error.verdict === 'needs-consent') throw new RefusedGrant(error, lease.generation);
          else throw thrown;
        }
      }
    } finally {
      turn?.end();
    }
  };
