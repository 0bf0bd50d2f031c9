import { STREAM } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';
import type { Names } from './remains-in-mongo.ts';

/** They tell others to forget the account, and say nothing of a video (ADR 0013). */
const MAY_STAY = new Set(['pruned', 'revoked']);
const AT_ONCE = 500;
const WAIT_MS = 2_000;

const changeOf = (body: string): string => {
  try {
    return (JSON.parse(body) as { data?: { change?: string } }).data?.change ?? '';
  } catch {
    return '';
  }
};

/** Messages of the event stream that name the creator, but for those that may stay: all are read, none is taken away. */
export const remainsInEvents = async (
  { jetstream, manager }: Messaging,
  { accountId, openId }: Names,
): Promise<number> => {
  const names = [accountId, ...(openId === undefined ? [] : [openId])];
  const consumer = await jetstream.consumers.get(STREAM.events);
  let { messages: unread } = (await manager.streams.info(STREAM.events)).state;
  let left = 0;
  while (unread > 0) {
    const before = unread;
    for await (const message of await consumer.fetch({ max_messages: AT_ONCE, expires: WAIT_MS })) {
      unread = message.info.pending;
      const body = message.string();
      const isNamed = names.some((name) => body.includes(name));
      const mayStay = MAY_STAY.has(changeOf(body)) && (openId === undefined || !body.includes(openId));
      if (isNamed && !mayStay) left += 1;
      if (unread === 0) break;
    }
    // Nothing came: what was counted has been erased since.
    if (unread === before) break;
  }
  await consumer.delete();
  return left;
};
