import type { Messaging } from '../messaging.ts';
import { messagesOf, type StoredMessage } from '../stored-messages.ts';

export interface Abandoned {
  readonly messages: readonly StoredMessage[];
  readonly maxDeliver: number;
}

/**
 * What a consumer has behind it and is still in the stream. Up to the acknowledgement floor nothing is in anybody's hands;
 * while nothing is pending at all, that goes for everything that was delivered.
 */
export const findAbandoned = async (
  messaging: Messaging,
  { stream, consumer }: { readonly stream: string; readonly consumer: string },
): Promise<Abandoned> => {
  const info = await messaging.manager.consumers.info(stream, consumer);
  const { filter_subject: subject, max_deliver: maxDeliver = 0 } = info.config;
  const behind = info.num_ack_pending === 0 ? info.delivered.stream_seq : info.ack_floor.stream_seq;
  const messages: StoredMessage[] = [];
  if (subject === undefined || behind === 0) return { messages, maxDeliver };
  for await (const message of messagesOf(messaging, stream, { subject })) {
    if (message.sequence > behind) break;
    messages.push(message);
  }
  return { messages, maxDeliver };
};
