import { STREAM, type StreamName } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { fromNanos } from '../milliseconds.ts';

/** The server removes an expired message within about 0.25 s; until then it still counts. Measured. */
const EXPIRY_LAG_RETRY_MS = 25;
/** A signal is not stored: whoever missed it looks again after this. */
const MISSED_SIGNAL_MS = 5_000;

/**
 * How long until a full ceiling may have a place again: when its oldest message expires, by the server's own clock.
 * Places in flight come free earlier as a rule, which is signalled.
 */
export const nextFreeMs = async ({ manager }: Messaging, stream: StreamName): Promise<number> => {
  const { config, state, ts } = await manager.streams.info(stream);
  if (state.messages < config.max_msgs) return 0;
  const now = ts === undefined ? Date.now() : Date.parse(ts);
  const expiresInMs = Date.parse(state.first_ts) + fromNanos(config.max_age) - now;
  const wait = Math.max(EXPIRY_LAG_RETRY_MS, expiresInMs + 1);
  return stream === STREAM.permitsInflight ? Math.min(wait, MISSED_SIGNAL_MS) : wait;
};
