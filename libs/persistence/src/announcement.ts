import { eventEnvelope, type EventType, type ServiceName } from '@trendpot/contracts';
import type { OutboxEntry } from './append-outbox.ts';

/** What the domain of a service wants published once its change is stored. */
export interface Announcement {
  readonly subject: string;
  /** Whether what is built is the data of an event. */
  readonly event: boolean;
  /** Given the event's sequence and the message's id. */
  build(sequence: number, id: string): unknown;
  readonly schedule?: OutboxEntry['schedule'];
}

/** An announcement as an entry of the outbox: an event in its envelope, anything else as it was built. */
export const outboxEntryOf = (
  service: ServiceName,
  { subject, event, build, schedule }: Announcement,
  now: Date,
): Omit<OutboxEntry, 'accountId'> => ({
  service,
  subject,
  build: (sequence, id) => {
    const data = build(sequence, id);
    return event ? eventEnvelope(subject as EventType, service, id, now, data as never) : data;
  },
  ...(schedule === undefined ? {} : { schedule }),
});
