import { toPlatformError } from '@trendpot/contracts';
import type { CallKind, Permit, Permits } from '@trendpot/messaging';
import type { Meters } from '@trendpot/observability';
import type { Secret } from '@trendpot/secrets';
import type { Call, DisplayClient } from '@trendpot/tiktok';
import { outcomeOf } from './call-outcome.ts';

type Endpoint = 'video.list' | 'video.data' | 'user.info';

export interface CallOptions {
  readonly kind: CallKind;
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for a permit; never longer than the lease is good for. */
  readonly permitWaitMs?: number;
}

export type CallUnderPermit = <T>(
  endpoint: Endpoint,
  token: Secret,
  options: CallOptions,
  call: (request: Call) => Promise<T>,
) => Promise<T>;

const secondsSince = (instant: number): number => (performance.now() - instant) / 1000;

/** A lease is not kept in hand longer than this while waiting for a permit. */
const LONGEST_WAIT_MS = 15_000;

/**
 * One call to TikTok's Display API under the call ceilings, on a connection that is there before its permit is asked
 * for. Counted and timed, as is the wait for the permit; only what was sent counts as a call.
 */
export const makeCallUnderPermit = (
  client: Pick<DisplayClient, 'connect'>,
  permits: Permits,
  meters: Meters,
): CallUnderPermit => {
  const sent = (endpoint: Endpoint, sentAt: number, code: string | undefined): void => {
    meters.add('tiktok_display_calls_total', { endpoint, outcome: outcomeOf(code) });
    meters.record('tiktok_display_call_duration_seconds', secondsSince(sentAt), { endpoint });
  };

  return async (endpoint, accessToken, { kind, signal, permitWaitMs = LONGEST_WAIT_MS }, call) => {
    const stop = signal === undefined ? {} : { signal };
    const deadlineMs = Math.min(permitWaitMs, LONGEST_WAIT_MS);
    // A permit ages, and no handshake is to use up the time that it is good for.
    await client.connect(signal);
    const askedAt = performance.now();
    const underPermit = async (permit: Permit) => {
      meters.record('tiktok_permit_wait_seconds', secondsSince(askedAt), { kind });
      let sentAt: number | undefined;
      const report = (code: string | undefined): void => {
        if (sentAt !== undefined) sent(endpoint, sentAt, code);
      };
      const beforeSend = (): void => {
        permit.beforeSend();
        sentAt = performance.now();
      };
      try {
        const answer = await call({ accessToken, beforeSend, ...stop });
        report(undefined);
        return answer;
      } catch (error) {
        report(toPlatformError(error).code);
        throw error;
      }
    };
    return permits.withPermit(kind, underPermit, { ...stop, deadlineMs, endpoint });
  };
};
