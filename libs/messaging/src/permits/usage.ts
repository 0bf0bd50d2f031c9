import { PlatformError, STREAM } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import type { Usage, Use } from './permits.ts';

/**
 * What is taken under each ceiling, as the streams themselves say: a stored message is a call that was taken.
 *
 * @throws PlatformError E_UNAVAILABLE, also while nobody has made the streams yet
 */
export const readUsage = async ({ manager }: Messaging, coolDownMs = 0): Promise<Usage> => {
  const use = async (stream: string): Promise<Use> => {
    const { config, state } = await manager.streams.info(stream);
    return { used: state.messages, ceiling: config.max_msgs };
  };
  try {
    const [minute, background, day, inflight] = await Promise.all([
      use(STREAM.permitsMinute),
      use(STREAM.permitsBackground),
      use(STREAM.permitsDay),
      use(STREAM.permitsInflight),
    ]);
    return {
      minute,
      background,
      day,
      inflight,
      ...(coolDownMs > 0 ? { coolingDownUntil: new Date(Date.now() + coolDownMs) } : {}),
    };
  } catch (cause) {
    throw new PlatformError('E_UNAVAILABLE', 'the permit streams cannot be read', { cause });
  }
};
