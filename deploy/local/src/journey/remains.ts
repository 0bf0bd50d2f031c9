import { jetstreamManager } from '@nats-io/jetstream';
import { STREAM } from '@trendpot/contracts';
import { connectMessaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { MongoClient } from 'mongodb';

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
  readonly seeds: Readonly<Record<'ingestion' | 'metrics-refresher', string | undefined>>;
}

/** What a disconnect may leave: the tombstone without a name, the audit, the consent, and the events that say so. */
export const remainsInMongo = async ({
  mongoUri,
  accountId,
  openId,
}: RemainsOptions): Promise<Record<string, number>> => {
  const client = new MongoClient(mongoUri);
  try {
    const database = client.db();
    const held = { $exists: true };
    return {
      videos: await database.collection('videos').countDocuments({ accountId }),
      'account credential': await database
        .collection('tiktok_accounts')
        .countDocuments({ _id: accountId as never, $or: [{ credential: held }, { openId: held }, { profile: held }] }),
      'account by its TikTok name':
        openId === undefined ? 0 : await database.collection('tiktok_accounts').countDocuments({ openId }),
      'user mirror': await database.collection('users').countDocuments({ 'tiktok.accountId': accountId }),
      outbox: await database.collection('outbox').countDocuments({ accountId }),
    };
  } finally {
    await client.close();
  }
};

const subjectsIn = async (
  options: RemainsOptions,
  user: 'ingestion' | 'metrics-refresher',
  stream: string,
): Promise<number> => {
  const seed = options.seeds[user];
  const messaging = await connectMessaging({
    url: options.natsUrl,
    user,
    ...(seed === undefined ? {} : { seed: secret(seed) }),
  });
  try {
    const manager = await jetstreamManager(messaging.connection, { checkAPI: false });
    const { state } = await manager.streams.info(stream, { subjects_filter: `tiktok.*.*.>` });
    return Object.entries(state.subjects ?? {})
      .filter(([subject]) => subject.endsWith(`.${options.accountId}`))
      .reduce((sum, [, messages]) => sum + messages, 0);
  } finally {
    await messaging.close();
  }
};

/** Looks everywhere a creator's data may lie, after their disconnect. */
export const remainsOf = async (options: RemainsOptions): Promise<Remains> => {
  const places = {
    ...(await remainsInMongo(options)),
    'sync jobs and schedules': await subjectsIn(options, 'ingestion', STREAM.sync),
    'refresh jobs and schedules': await subjectsIn(options, 'metrics-refresher', STREAM.refresh),
  };
  return { places, total: Object.values(places).reduce((sum, count) => sum + count, 0) };
};
