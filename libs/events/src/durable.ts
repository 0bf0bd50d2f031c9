import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type ConsumerConfig,
} from '@nats-io/jetstream';
import { CONSUMERS, PlatformError, STREAM, type EventType } from '@trendpot/contracts';
import { keepInPlace, type Kept, type Messaging } from '@trendpot/messaging';

/** Where a new subscription begins; one that exists goes on where it left off. */
export type From = 'now' | 'beginning' | Date;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

const start = (from: From): Partial<ConsumerConfig> => {
  if (from === 'now') return { deliver_policy: DeliverPolicy.New };
  if (from === 'beginning') return { deliver_policy: DeliverPolicy.All };
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from.toISOString() };
};

/** @throws PlatformError E_FORBIDDEN for a name the platform itself uses, or one that is none. */
export const checkDurableName = (durable: string): void => {
  if (!NAME.test(durable) || CONSUMERS.some(({ name }) => name === durable)) {
    throw new PlatformError('E_FORBIDDEN', `${JSON.stringify(durable.slice(0, 80))} cannot name a subscription`);
  }
};

type Filters = Pick<ConsumerConfig, 'filter_subject' | 'filter_subjects'>;

const filtersOf = (types: readonly EventType[]): Filters =>
  types.length === 1 ? { filter_subject: types[0] as string } : { filter_subjects: [...types] };

const heard = ({ filter_subject, filter_subjects }: Filters): string =>
  [...(filter_subjects ?? []), ...(filter_subject === undefined ? [] : [filter_subject])].sort().join();

const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;

/** One event at a time, so that their order holds in all replicas. */
const create = async (
  { manager }: Messaging,
  durable: string,
  more: Filters & Partial<ConsumerConfig>,
): Promise<void> => {
  await manager.consumers.add(STREAM.events, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    ack_wait: 30_000_000_000,
    max_ack_pending: 1,
    ...more,
  });
};

/** Creates the durable consumer unless it exists; one that exists goes on where it is, hearing what is asked for now. */
export const ensureDurable = async (
  messaging: Messaging,
  durable: string,
  from: From,
  types: readonly EventType[],
): Promise<void> => {
  const { consumers } = messaging.manager;
  const filters = filtersOf(types);
  try {
    const { config } = await consumers.info(STREAM.events, durable);
    if (heard(config) === heard(filters)) return;
    const neither = { filter_subject: undefined, filter_subjects: undefined };
    await consumers.update(STREAM.events, durable, { ...neither, ...filters } as Partial<ConsumerConfig>);
    return;
  } catch (error) {
    if (!isMissing(error)) throw new PlatformError('E_UNAVAILABLE', 'the events cannot be reached', { cause: error });
  }
  await create(messaging, durable, { ...filters, ...start(from) });
};

/**
 * Makes the durable consumer again when NATS has lost it. In the stream it was on, it goes on where it was last seen, so
 * that nothing is missed and the latest events may come again; of a stream that was made again it hears everything.
 */
export const keepDurable = async (
  messaging: Messaging,
  durable: string,
  types: readonly EventType[],
  lookEveryMs?: number,
): Promise<Kept> => {
  const { streams, consumers } = messaging.manager;
  let seen = { created: '', upTo: 0 };

  const look = async (): Promise<boolean> => {
    const { created } = await streams.info(STREAM.events);
    try {
      const { ack_floor } = await consumers.info(STREAM.events, durable);
      seen = { created, upTo: ack_floor.stream_seq };
      return true;
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (seen.created !== created) seen = { created, upTo: 0 };
      return false;
    }
  };

  await look();
  return keepInPlace(messaging, {
    name: `the subscription ${durable}`,
    lookEveryMs,
    restore: async () => {
      if (await look()) return;
      const onward = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: seen.upTo + 1 };
      await create(messaging, durable, { ...filtersOf(types), ...onward });
    },
  });
};
