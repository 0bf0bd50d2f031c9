import { jetstreamManager } from '@nats-io/jetstream';
import { STREAM, type NatsUser } from '@trendpot/contracts';
import { connectMessaging, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { remainsInEvents } from './remains-in-events.ts';
import { remainsInMongo } from './remains-in-mongo.ts';

export interface Remains {
  /** Records, messages and fields that still name the creator or hold something of theirs, by place. */
  readonly places: Readonly<Record<string, number>>;
  readonly total: number;
}

export interface RemainsOptions {
  readonly mongoUri: string;
  readonly accountId: string;
  readonly openId?: string;
  readonly natsUrl: string;
  seedOf(user: NatsUser): string | undefined;
}

const asUser = async <T>(
  { natsUrl, seedOf }: RemainsOptions,
  user: NatsUser,
  look: (messaging: Messaging) => Promise<T>,
): Promise<T> => {
  const seed = seedOf(user);
  const messaging = await connectMessaging({
    url: natsUrl,
    user,
    ...(seed === undefined ? {} : { seed: secret(seed) }),
  });
  try {
    return await look(messaging);
  } finally {
    await messaging.close();
  }
};

/** Messages on subjects that end with the account. */
const messagesOf = async ({ connection }: Messaging, stream: string, accountId: string): Promise<number> => {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const { state } = await manager.streams.info(stream, { subjects_filter: 'tiktok.*.*.>' });
  return Object.entries(state.subjects ?? {})
    .filter(([subject]) => subject.endsWith(`.${accountId}`))
    .reduce((sum, [, messages]) => sum + messages, 0);
};

/** Looks everywhere a creator's data may lie. After a disconnect nothing is to be found; what may stay is not counted. */
export const remainsOf = async (options: RemainsOptions): Promise<Remains> => {
  const { accountId, openId } = options;
  const found = await Promise.all([
    remainsInMongo(options.mongoUri, { accountId, openId }),
    asUser(options, 'ingestion', async (messaging) => ({
      'sync jobs and schedules': await messagesOf(messaging, STREAM.sync, accountId),
      'jobs given up': await messagesOf(messaging, STREAM.failed, accountId),
    })),
    asUser(options, 'metrics-refresher', async (messaging) => ({
      'refresh jobs and schedules': await messagesOf(messaging, STREAM.refresh, accountId),
    })),
    asUser(options, 'subscriber', async (messaging) => ({
      events: await remainsInEvents(messaging, { accountId, openId }),
    })),
  ]);
  const places: Record<string, number> = Object.assign({}, ...found);
  return { places, total: Object.values(places).reduce((sum, count) => sum + count, 0) };
};
