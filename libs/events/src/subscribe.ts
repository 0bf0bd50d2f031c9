import { SUBJECT, STREAM, type EventType, type PlatformEvent } from '@trendpot/contracts';
import { connectMessaging, consumeEvents, type Kept, type LoggerLike, type Messaging } from '@trendpot/messaging';
import type { Secret } from '@trendpot/secrets';
import { checkDurableName, ensureDurable, keepDurable, type From } from './durable.ts';
import { createRecentIds } from './recent-ids.ts';

interface SubscribeOptionsBase {
  /** Names the subscription; whoever subscribes under the same name shares it, each event reaching one of them. */
  readonly durable: string;
  readonly from: From;
  /** Default both. What a subscription of this name heard before does not matter. */
  readonly types?: readonly EventType[];
  /**
   * Gets the events one by one, per account in the order they were stored. If it throws, the same event comes again
   * later, before any other. After a crash the last event may come again: `event.id` tells.
   */
  handler(event: PlatformEvent): void | Promise<void>;
  readonly logger?: LoggerLike;
  /** How often to look whether NATS still knows of the subscription. Default one minute, and after every reconnect. */
  readonly lookEveryMs?: number;
}

export type SubscribeOptions = SubscribeOptionsBase &
  (
    | {
        readonly url: string;
        /** Content of the credentials file of the user `subscriber`. */
        readonly credentials?: Secret;
      }
    | { readonly messaging: Messaging }
  );

export interface EventSubscription {
  /** Finishes the event at hand; the rest waits in the stream. */
  stop(): Promise<void>;
  /** Stops, and forgets how far it got. Others who still listen under this name go on. */
  remove(): Promise<void>;
  readonly stopped: Promise<void>;
}

const BOTH: readonly EventType[] = [SUBJECT.videosUpdate, SUBJECT.accountsUpdate];
const REMEMBERED_IDS = 10_000;

/**
 * Subscribes to what happens to creators' accounts and videos. Durable: while nobody listens, events wait in the stream
 * (14 days).
 * @throws PlatformError E_FORBIDDEN for a name that may not be used, E_UNAVAILABLE when the stream cannot be reached.
 */
export const subscribe = async (options: SubscribeOptions): Promise<EventSubscription> => {
  checkDurableName(options.durable);
  const messaging = 'messaging' in options ? options.messaging : await connect(options);
  const closeIfOurs = async (): Promise<void> => {
    if (!('messaging' in options)) await messaging.close();
  };
  const { durable, types = BOTH } = options;
  let kept: Kept;
  try {
    await ensureDurable(messaging, durable, options.from, types);
    kept = await keepDurable(messaging, durable, types, options.lookEveryMs);
  } catch (error) {
    await closeIfOurs();
    throw error;
  }
  const seen = createRecentIds(REMEMBERED_IDS);
  const running = consumeEvents(messaging, {
    stream: STREAM.events,
    consumer: durable,
    handler: async (event) => {
      if (seen.has(event.id)) return;
      await options.handler(event);
      seen.add(event.id);
    },
  });
  return {
    stopped: running.stopped,
    stop: async () => {
      void kept.stop();
      await running.stop();
      await closeIfOurs();
    },
    remove: async () => {
      await kept.stop();
      await running.stop();
      await messaging.manager.consumers.delete(STREAM.events, durable);
      await closeIfOurs();
    },
  };
};

const connect = (options: Extract<SubscribeOptions, { readonly url: string }>): Promise<Messaging> =>
  connectMessaging({
    url: options.url,
    user: 'subscriber',
    ...(options.credentials === undefined ? {} : { seed: options.credentials }),
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
