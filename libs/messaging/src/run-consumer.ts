import type { ConsumerInfo, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { setTimeout as delay } from 'node:timers/promises';
import { trackInFlight } from './in-flight.ts';
import type { Messaging, Running } from './messaging.ts';
import { settleInProgress, settleReturned } from './settle.ts';
import { ACK_WAIT_MS } from './topology/ensure-consumer.ts';

export interface ConsumerLoop {
  readonly stream: string;
  readonly consumer: string;
  /** Must settle the message; if it throws instead, the message comes again later. The signal says that time is up. */
  handle(message: JsMsg, signal: AbortSignal): Promise<void>;
  /** One message after the other; without it all that the server hands out are handled side by side. */
  readonly oneByOne?: boolean;
  /** How long a stop waits for work in flight before it aborts it. Default 20 s. */
  readonly stopWithinMs?: number;
}

/** How long aborted work may take to give its message back. */
const ABORT_GRACE_MS = 2_000;
const REOPEN_AFTER_MS = 1_000;
/** Times the number of deliveries: what could not be recorded once will hardly be so a moment later. */
const RETURN_AFTER_MS = 5_000;

/**
 * Pulls from a durable consumer and keeps every message in progress while it is handled. How many are handled at once
 * is the consumer's `max_ack_pending`, over all replicas.
 */
export const runConsumer = (messaging: Messaging, loop: ConsumerLoop): Running => {
  const inFlight = trackInFlight();
  const abort = new AbortController();
  let stopping = false;
  let messages: ConsumerMessages | undefined;

  const work = async (message: JsMsg): Promise<void> => {
    const heartbeat = setInterval(() => settleInProgress(message), ACK_WAIT_MS / 3);
    try {
      await loop.handle(message, abort.signal);
    } catch (error) {
      messaging.logger.error('nats.consumer.handler_failed', { consumer: loop.consumer, reason: String(error) });
      settleReturned(message, RETURN_AFTER_MS * message.info.deliveryCount);
    } finally {
      clearInterval(heartbeat);
    }
  };

  const drainOnce = async (): Promise<void> => {
    messages = await open(messaging, loop);
    if (stopping) messages.stop();
    for await (const message of messages) {
      if (stopping) settleReturned(message);
      else {
        const handled = work(message);
        inFlight.add(handled);
        if (loop.oneByOne) await handled;
      }
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping && !messaging.connection.isClosed()) {
      try {
        await drainOnce();
      } catch (error) {
        if (!stopping)
          messaging.logger.warn('nats.consumer.interrupted', { consumer: loop.consumer, reason: String(error) });
      }
      if (!stopping) await delay(REOPEN_AFTER_MS);
    }
    if (await inFlight.settled(loop.stopWithinMs ?? 20_000)) return;
    abort.abort();
    await inFlight.settled(ABORT_GRACE_MS);
  };

  const stopped = run();
  return {
    stopped,
    stop: async () => {
      stopping = true;
      messages?.stop();
      await stopped;
    },
  };
};

/** Bound by name: asking what the consumer is like would need more rights and a working answer. */
const open = ({ jetstream }: Messaging, { stream, consumer }: ConsumerLoop): Promise<ConsumerMessages> =>
  jetstream.consumers
    .getConsumerFromInfo({ stream_name: stream, name: consumer, config: {} } as ConsumerInfo)
    .consume({ max_messages: 8, expires: 10_000, idle_heartbeat: 2_000, bind: true });
