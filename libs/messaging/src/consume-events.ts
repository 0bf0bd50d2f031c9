import type { JsMsg } from '@nats-io/jetstream';
import { parseEvent, toPlatformError, type PlatformEvent } from '@trendpot/contracts';
import type { Messaging, Running } from './messaging.ts';
import { runConsumer } from './run-consumer.ts';
import { settleDone, settleReturned } from './settle.ts';

export interface ConsumeEventsOptions {
  readonly stream: string;
  readonly consumer: string;
  /** Runs once at a time, in stored order. What it throws is tried again; an event may come twice. */
  handler(event: PlatformEvent): Promise<void>;
  /** How long a stop waits for the event in hand. Default 20 s. */
  readonly stopWithinMs?: number;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/** An event whose handler fails comes again, later each time, before any that follows it. */
export const retryAfterMs = (deliveries: number): number =>
  Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(deliveries - 1, 20));

const read = (message: JsMsg): PlatformEvent | undefined => {
  try {
    return parseEvent(message.json());
  } catch {
    return undefined;
  }
};

/** Handles the events of a durable consumer of the platform's own, whose `max_ack_pending` is 1. */
export const consumeEvents = (messaging: Messaging, options: ConsumeEventsOptions): Running =>
  runConsumer(messaging, {
    stream: options.stream,
    consumer: options.consumer,
    oneByOne: true,
    ...(options.stopWithinMs === undefined ? {} : { stopWithinMs: options.stopWithinMs }),
    async handle(message) {
      const event = read(message);
      if (event === undefined) {
        messaging.logger.error('nats.event.malformed', { stream: options.stream, sequence: message.seq });
        settleDone(message);
        return;
      }
      try {
        await options.handler(event);
        settleDone(message);
      } catch (thrown) {
        const { code, message: reason } = toPlatformError(thrown);
        messaging.logger.warn('nats.event.failed', { id: event.id, consumer: options.consumer, code, reason });
        settleReturned(message, retryAfterMs(message.info.deliveryCount));
      }
    },
  });
