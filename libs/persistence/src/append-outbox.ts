import { EVENT_SCHEMA, newMessageId, PlatformError, type ServiceName } from '@trendpot/contracts';
import type { ClientSession } from 'mongodb';
import type { Collections } from './collections.ts';
import type { OutboxDocument } from './documents.ts';

export interface OutboxEntry {
  readonly accountId: string;
  /** The service whose relay publishes it, with that service's rights. */
  readonly service: ServiceName;
  readonly subject: string;
  /**
   * The JSON body. For an event, `sequence` is its position among the events of the account, from 1 without gaps; for
   * anything else, the position of the outbox entry. `id` is the message id and, for an event, the event's id.
   */
  build(sequence: number, id: string): unknown;
  /** The body is stored on `subject` as a schedule and delivered to `target` at `at`. */
  readonly schedule?: OutboxDocument['schedule'];
}

const isEvent = (subject: string): boolean => Object.hasOwn(EVENT_SCHEMA, subject);

/**
 * Adds what is to be published to the transaction of `session`: it is published if and only if the transaction commits,
 * after every earlier entry of the same account. Two transactions of one account conflict here, so that the order of
 * entries is the order of commits.
 *
 * @returns the sequence that `build` was given.
 * @throws PlatformError E_ACCOUNT_NOT_FOUND
 */
export const appendOutbox = async (
  collections: Collections,
  session: ClientSession,
  entry: OutboxEntry,
): Promise<number> => {
  const { accountId, service, subject, schedule } = entry;
  const account = await collections.accounts.findOneAndUpdate(
    { _id: accountId },
    { $inc: { outboxSequence: 1, eventSequence: isEvent(subject) ? 1 : 0 } },
    { session, returnDocument: 'after', projection: { outboxSequence: 1, eventSequence: 1 } },
  );
  if (account?.outboxSequence === undefined) {
    throw new PlatformError('E_ACCOUNT_NOT_FOUND', `no account ${accountId} to publish ${subject} for`);
  }
  const sequence = isEvent(subject) ? account.eventSequence : account.outboxSequence;
  const id = newMessageId();
  await collections.outbox.insertOne(
    {
      _id: id,
      accountId,
      sequence: account.outboxSequence,
      service,
      subject,
      body: JSON.stringify(entry.build(sequence, id)),
      ...(schedule === undefined ? {} : { schedule }),
      createdAt: new Date(),
    },
    { session },
  );
  return sequence;
};
