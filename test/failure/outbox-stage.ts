import { setTimeout as delay } from 'node:timers/promises';
import {
  eventEnvelope,
  newRequestId,
  PlatformError,
  SUBJECT,
  syncJobSubject,
  type PlatformEvent,
} from '@trendpot/contracts';
import { subscribe, type EventSubscription } from '@trendpot/events';
import { ensureTopology, publish, type Messaging } from '@trendpot/messaging';
import { connectMongo, migrate, type Database, type OutboxDocument } from '@trendpot/persistence';
import { CEILINGS, startBackingStores, type BackingStores } from '@trendpot/testing';
import { append, someAccount } from '../../libs/persistence/test/fixtures.ts';

/** A relay's publish on a real connection. */
export const publishTo =
  (messaging: Messaging, timeoutMs = 2_000) =>
  ({ _id: messageId, subject, body }: Pick<OutboxDocument, '_id' | 'subject' | 'body'>) =>
    publish(messaging, { subject, body, messageId, timeoutMs });

export interface OutboxStage {
  readonly stores: BackingStores;
  readonly mongoUri: string;
  readonly database: Database;
  readonly ingestion: Messaging;
  /** A new subscriber who hears everything from the beginning. */
  listen(): Promise<void>;
  /** What the newest subscriber has heard of the account, in the order of the stream. */
  sequencesHeard(accountId: string): readonly number[];
  newAccount(): Promise<string>;
  /** Events, with a job for the work queue after every third; goes on when the database was away. */
  appendEvents(accountId: string, count: number): Promise<void>;
  isEmptyFor(accountId: string): Promise<boolean>;
  stop(): Promise<void>;
}

/** Real servers with the platform's rights. */
export const setOutboxStage = async (name: string): Promise<OutboxStage> => {
  const stores = await startBackingStores();
  const mongoUri = stores.mongoUriOf(name);
  const database = await connectMongo({ uri: mongoUri, applicationName: name });
  await migrate(database);
  const ingestion = await stores.nats.connect('ingestion');
  await ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS });
  const subscriber = await stores.nats.connect('subscriber');
  const subscriptions: EventSubscription[] = [];
  let heard: PlatformEvent[] = [];

  const appendOne = (accountId: string) =>
    append(database, accountId, {
      build: (sequence, id) =>
        eventEnvelope(SUBJECT.videosUpdate, 'ingestion', id, new Date(), {
          version: 1,
          accountId,
          sequence,
          change: 'removed',
          videoIds: ['7000000000000000001'],
        }),
    });
  const appendJob = (accountId: string) =>
    append(database, accountId, {
      subject: syncJobSubject('page', accountId),
      build: () => ({ requestId: newRequestId() }),
    });

  return {
    stores,
    mongoUri,
    database,
    ingestion,
    listen: async () => {
      const own: PlatformEvent[] = [];
      heard = own;
      const durable = `${name}_${subscriptions.length}`;
      const handler = (event: PlatformEvent) => void own.push(event);
      subscriptions.push(await subscribe({ messaging: subscriber, durable, from: 'beginning', handler }));
    },
    sequencesHeard: (accountId) =>
      heard.filter(({ data }) => data.accountId === accountId).map(({ data }) => data.sequence),
    newAccount: async () => {
      const account = someAccount();
      await database.collections.accounts.insertOne(account);
      return account._id;
    },
    appendEvents: async (accountId, count) => {
      const sequence = async () =>
        (await database.collections.accounts.findOne({ _id: accountId }))?.eventSequence ?? 0;
      const wanted = (await sequence()) + count;
      while ((await sequence().catch(() => 0)) < wanted) {
        try {
          const appended = await appendOne(accountId);
          if (appended % 3 === 0) await appendJob(accountId);
        } catch (error) {
          // The database is away; whether the commit came through is seen by the sequence.
          if (!(error instanceof PlatformError)) throw error;
          await delay(100);
        }
      }
    },
    isEmptyFor: async (accountId) => (await database.collections.outbox.countDocuments({ accountId })) === 0,
    stop: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
      await database.close();
      await stores.stop();
    },
  };
};

export const countingTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
