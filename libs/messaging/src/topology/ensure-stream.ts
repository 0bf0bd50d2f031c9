import type { StreamConfig, StreamInfo } from '@nats-io/jetstream';
import { API_ERROR, isApiError } from '../api-error.ts';
import type { Messaging } from '../messaging.ts';
import { differs } from './differs.ts';

/** The stream, if there is one. */
export const findStream = async ({ manager }: Messaging, name: string): Promise<StreamInfo | undefined> => {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (isApiError(error, API_ERROR.streamNotFound)) return undefined;
    throw error;
  }
};

/**
 * Creates the stream, or makes the existing one be like this; tells whether anything changed. Several replicas may do so
 * at once. One that may not change is left as it is: the audit's limits are an operator's to change.
 */
export const ensureStream = async (
  messaging: Messaging,
  wanted: Partial<StreamConfig> & { name: string },
  { mayChange }: { readonly mayChange: boolean } = { mayChange: true },
): Promise<boolean> => {
  const { manager, logger } = messaging;
  const existing = await findStream(messaging, wanted.name);
  if (existing === undefined) {
    try {
      await manager.streams.add(wanted);
      logger.info('nats.stream.created', { stream: wanted.name });
      return true;
    } catch (error) {
      if (!isApiError(error, API_ERROR.streamNameInUse)) throw error;
    }
  } else if (!differs(existing.config, wanted)) {
    return false;
  } else if (!mayChange) {
    logger.warn('nats.stream.differs', { stream: wanted.name });
    return false;
  }
  await manager.streams.update(wanted.name, wanted);
  logger.info('nats.stream.updated', { stream: wanted.name });
  return true;
};
