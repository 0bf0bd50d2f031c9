import { AckPolicy, DeliverPolicy, type ConsumerInfo } from '@nats-io/jetstream';
import { parseEvent, STREAM, type PlatformEvent } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';

let readings = 0;

/** Everything that lies in the event stream at this moment, in its order, read by a subscriber. */
export const readEvents = async ({ manager, jetstream }: Messaging): Promise<PlatformEvent[]> => {
  const name = `reading-${(readings += 1)}-${process.pid}`;
  const { num_pending: count } = await manager.consumers.add(STREAM.events, {
    durable_name: name,
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
  });
  const events: PlatformEvent[] = [];
  const consumer = jetstream.consumers.getConsumerFromInfo({
    stream_name: STREAM.events,
    name,
    config: {},
  } as ConsumerInfo);
  while (events.length < count) {
    const batch = await consumer.fetch({ max_messages: Math.min(500, count - events.length), expires: 5_000 });
    let received = 0;
    for await (const message of batch) {
      events.push(parseEvent(message.json()));
      received += 1;
    }
    if (received === 0) throw new Error(`only ${events.length} of ${count} events could be read`);
  }
  await manager.consumers.delete(STREAM.events, name);
  return events;
};
