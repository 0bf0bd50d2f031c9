import { EVENT_SCHEMA, newMessageId, PlatformError, type ServiceName } from '@trendpot/contracts';
import type { ClientSession, UpdateFilter } from 'mongodb';
import type { Collections } from './collections.ts';
import type { AccountDocument, OutboxDocument } from './documents.ts';

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

/** What a transaction has added to the outbox. */
export interface Appended {
  readonly entries: readonly OutboxDocument[];
  /** The sequence that the `build` of each was given. */
  readonly given: readonly number[];
  /** When they were made, by `performance.now()`. */
  readonly at: number;
}

const isEvent = (subject: string): boolean => Object.hasOwn(EVENT_SCHEMA, subject);

type Unaddressed = Omit<OutboxEntry, 'accountId'>;

const documentOf = (
  accountId: string,
  { service, subject, schedule, build }: Unaddressed,
  numbers: { readonly sequence: number; readonly given: number },
): OutboxDocument => {
  const id = newMessageId();
  return {
    _id: id,
    accountId,
    sequence: numbers.sequence,
    service,
    subject,
    body: JSON.stringify(build(numbers.given, id)),
    ...(schedule === undefined ? {} : { schedule }),
    createdAt: new Date(),
  };
};

/**
 * Changes an account and adds what is to be published about it, in this order, to the transaction of `session`: it is
 * published if and only if the transaction commits, after every earlier entry of the same account. Two transactions of
 * one account conflict here, so that the order of entries is the order of commits.
 *
 * @throws PlatformError E_ACCOUNT_NOT_FOUND
 */
export const updateAccountAndAppend = async (
  collections: Collections,
  session: ClientSession,
  accountId: string,
  update: Pick<UpdateFilter<AccountDocument>, '$set' | '$unset' | '$inc'>,
  entries: readonly Unaddressed[],
): Promise<Appended> => {
  const at = performance.now();
  const events = entries.filter(({ subject }) => isEvent(subject)).length;
  const counted = { outboxSequence: entries.length, eventSequence: events };
  const account = await collections.accounts.findOneAndUpdate(
    { _id: accountId },
    { ...update, $inc: { ...update.$inc, ...counted } },
    { session, returnDocument: 'after', projection: { outboxSequence: 1, eventSequence: 1 } },
  );
  if (account?.outboxSequence === undefined) {
    throw new PlatformError('E_ACCOUNT_NOT_FOUND', `no account ${accountId} to publish for`);
  }
  let sequence = account.outboxSequence - entries.length;
  let event = account.eventSequence - events;
  const given: number[] = [];
  const documents = entries.map((entry) => {
    sequence += 1;
    if (isEvent(entry.subject)) event += 1;
    given.push(isEvent(entry.subject) ? event : sequence);
    return documentOf(accountId, entry, { sequence, given: given.at(-1) ?? sequence });
  });
  if (documents.length > 0) await collections.outbox.insertMany(documents, { session });
  return { entries: documents, given, at };
};

/**
 * Adds one entry about an account that is not otherwise changed. See `updateAccountAndAppend`.
 *
 * @returns the sequence that `build` was given.
 * @throws PlatformError E_ACCOUNT_NOT_FOUND
 */
export const appendOutbox = async (
  collections: Collections,
  session: ClientSession,
  { accountId, ...entry }: OutboxEntry,
): Promise<number> => {
  const { given } = await updateAccountAndAppend(collections, session, accountId, {}, [entry]);
  return given[0] ?? 0;
};
