import { parseEvent, STREAM, type PlatformEvent } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';

/** Everything that lies in the event stream at this moment, in its order, read by a subscriber. */
export const readEvents = async ({ manager, jetstream }: Messaging): Promise<PlatformEvent[]> => {
  const { messages: count } = (await manager.streams.info(STREAM.events)).state;
  const consumer = await jetstream.consumers.get(STREAM.events);
  const events: PlatformEvent[] = [];
  while (events.length < count) {
    const batch = await consumer.fetch({ max_messages: Math.min(500, count - events.length), expires: 5_000 });
    let received = 0;
    for await (const message of batch) {
      events.push(parseEvent(message.json()));
      received += 1;
    }
    if (received === 0) throw new Error(`only ${events.length} of ${count} events could be read`);
  }
  await consumer.delete();
  return events;
};
