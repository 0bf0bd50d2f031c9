import { STREAM, type StreamName } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { fromNanos } from '../milliseconds.ts';
import { serverTime } from '../server-time.ts';

/** The server removes an expired message within about 0.25 s; until then it still counts. Measured. */
const EXPIRY_LAG_RETRY_MS = 25;
/** Places come free earlier when they are given back, which is signalled; a signal is not stored, and may be missed. */
const LOOK_AGAIN_MS = 30_000;
/** Places in flight are given back all the time. */
const LOOK_AGAIN_IN_FLIGHT_MS = 5_000;

export interface NextFree {
  /** Milliseconds until a place comes free by itself; 0 when there is one. */
  readonly freeInMs: number;
  readonly lookAgainInMs: number;
}

/** When a full ceiling may have a place again: when its oldest message expires, by the server's own clock. */
export const nextFree = async ({ manager }: Messaging, stream: StreamName): Promise<NextFree> => {
  const info = await manager.streams.info(stream);
  const { config, state } = info;
  if (state.messages < config.max_msgs) return { freeInMs: 0, lookAgainInMs: 0 };
  const expiresInMs = Date.parse(state.first_ts) + fromNanos(config.max_age) - serverTime(info);
  const freeInMs = Math.max(EXPIRY_LAG_RETRY_MS, expiresInMs + 1);
  const longest = stream === STREAM.permitsInflight ? LOOK_AGAIN_IN_FLIGHT_MS : LOOK_AGAIN_MS;
  return { freeInMs, lookAgainInMs: Math.min(freeInMs, longest) };
};
