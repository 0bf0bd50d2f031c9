import { EVENT_SCHEMA, type EventType } from '@trendpot/contracts';
import { publish } from '@trendpot/messaging';
import { startOutboxRelay, type Database, type Relay } from '@trendpot/persistence';
import type { ServiceContext } from './service-context.ts';

const isEventType = (subject: string): subject is EventType => Object.hasOwn(EVENT_SCHEMA, subject);

/** The relay of a service's outbox, publishing with the service's own rights, measured. */
export const startOutbox = (
  { name, messaging, logger, meters }: Pick<ServiceContext, 'name' | 'messaging' | 'logger' | 'meters'>,
  database: Database,
): Relay => {
  const relay = startOutboxRelay({
    database,
    service: name,
    logger,
    publish: ({ _id: messageId, subject, body, schedule }) =>
      publish(messaging, { subject, body, messageId, ...(schedule === undefined ? {} : { schedule }) }),
    onPublished: ({ subject }) => {
      if (isEventType(subject)) meters.add('tiktok_events_published_total', { type: subject });
    },
  });
  meters.observe('tiktok_outbox_waiting', async () => (await relay.lag()).waiting);
  meters.observe('tiktok_outbox_lag_seconds', async () => (await relay.lag()).oldestMs / 1000);
  meters.observe('tiktok_outbox_blocked_accounts', () => relay.blockedAccounts());
  return relay;
};
