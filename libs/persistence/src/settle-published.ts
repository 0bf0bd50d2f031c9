import { EVENT_SCHEMA } from '@trendpot/contracts';
import { MongoBulkWriteError } from 'mongodb';
import type { Collections } from './collections.ts';
import type { OutboxDocument, PublishedEventDocument } from './documents.ts';
import { DUPLICATE_KEY } from './duplicate-key.ts';

/** Where JetStream has stored an entry. */
export interface Published {
  readonly stream: string;
  readonly sequence: number;
}

export interface Done {
  readonly entry: OutboxDocument;
  readonly published: Published;
}

const OUTLIVES_THE_ACCOUNT = new Set(['pruned', 'revoked']);
/** Inside a string of JSON every quotation mark has a backslash before it: text of a creator cannot look like this. */
const MAY_OUTLIVE = new RegExp(`"change":"(?:${[...OUTLIVES_THE_ACCOUNT].join('|')})"`);

const outlivesTheAccount = ({ body }: OutboxDocument): boolean => {
  if (!MAY_OUTLIVE.test(body)) return false;
  const event = JSON.parse(body) as { data?: { change?: string } };
  return OUTLIVES_THE_ACCOUNT.has(event.data?.change ?? '');
};

const recordOf = ({ entry, published }: Done): PublishedEventDocument => ({
  _id: `${published.stream}:${published.sequence}`,
  eventId: entry._id,
  accountId: entry.accountId,
  erasable: !outlivesTheAccount(entry),
  stream: published.stream,
  streamSequence: published.sequence,
  publishedAt: new Date(),
});

const isKnown = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  error.result.getWriteConcernError() === undefined &&
  [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY);

/** An entry that is published again may be on record; a stream that was made anew counts from one again. */
const record = async (
  publishedEvents: Collections['publishedEvents'],
  records: readonly PublishedEventDocument[],
): Promise<void> => {
  try {
    await publishedEvents.insertMany(records, { ordered: false });
  } catch (error) {
    if (!isKnown(error)) throw error;
    await publishedEvents.bulkWrite(
      records.map(({ _id, ...replacement }) => ({ replaceOne: { filter: { _id }, replacement, upsert: true } })),
      { ordered: false },
    );
  }
};

/**
 * Where each event lies is recorded before the entry goes: a crash in between publishes the entry again, which
 * JetStream recognises by its id, and never leaves an event that a disconnect could not find.
 */
export const settlePublished = async (
  { publishedEvents, outbox }: Collections,
  done: readonly Done[],
): Promise<void> => {
  const records = done.filter(({ entry }) => Object.hasOwn(EVENT_SCHEMA, entry.subject)).map(recordOf);
  if (records.length > 0) await record(publishedEvents, records);
  await outbox.deleteMany({ _id: { $in: done.map(({ entry }) => entry._id) } });
};
