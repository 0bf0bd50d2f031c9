import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type ConsumerConfig,
} from '@nats-io/jetstream';
import { CONSUMERS, PlatformError, STREAM, type EventType } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';

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

/**
 * Creates the durable consumer unless it exists; one that exists goes on where it is, hearing what is asked for now. One
 * event at a time, so that their order holds in all replicas.
 */
export const ensureDurable = async (
  { manager }: Messaging,
  durable: string,
  from: From,
  types: readonly EventType[],
): Promise<void> => {
  try {
    const { config } = await manager.consumers.info(STREAM.events, durable);
    if (heard(config) === heard(filtersOf(types))) return;
    const neither = { filter_subject: undefined, filter_subjects: undefined };
    await manager.consumers.update(STREAM.events, durable, {
      ...neither,
      ...filtersOf(types),
    } as Partial<ConsumerConfig>);
    return;
  } catch (error) {
    const isMissing = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;
    if (!isMissing) throw new PlatformError('E_UNAVAILABLE', 'the events cannot be reached', { cause: error });
  }
  await manager.consumers.add(STREAM.events, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    ack_wait: 30_000_000_000,
    max_ack_pending: 1,
    ...filtersOf(types),
    ...start(from),
  });
};
