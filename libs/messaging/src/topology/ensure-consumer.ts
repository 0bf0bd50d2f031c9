import { AckPolicy, DeliverPolicy, type ConsumerConfig } from '@nats-io/jetstream';
import { STREAMS, type ConsumerDefinition } from '@trendpot/contracts';
import { API_ERROR, isApiError } from '../api-error.ts';
import type { Messaging } from '../messaging.ts';
import { nanos } from '../milliseconds.ts';
import { differs } from './differs.ts';
import type { TopologySettings } from './settings.ts';

/** A delivery that shows no sign of life for this long goes to another worker. */
export const ACK_WAIT_MS = 30_000;

/** After so many deliveries without an outcome a job is given up by whoever is handed it next. */
export const MAX_CRASHES = 5;

/** The net under that: the server stops delivering and reports it. */
const MAX_DELIVERIES = 10;

const consumerConfig = (
  definition: ConsumerDefinition,
  settings: TopologySettings,
): Partial<ConsumerConfig> & { durable_name: string } => {
  const isWork = STREAMS.some(({ name, kind }) => name === definition.stream && kind === 'work');
  return {
    durable_name: definition.name,
    filter_subject: definition.filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    // An event is repeated until it is handled; a job has attempts.
    max_deliver: isWork ? MAX_DELIVERIES : -1,
    max_ack_pending: settings.consumers?.[definition.name as never]?.['maxAckPending'] ?? 1,
  };
};

/** Creates the consumer, or gives the existing one the limits of the settings, if it may change. */
export const ensureConsumer = async (
  { manager, logger }: Messaging,
  definition: ConsumerDefinition,
  settings: TopologySettings,
  { mayChange }: { readonly mayChange: boolean } = { mayChange: true },
): Promise<void> => {
  const wanted = consumerConfig(definition, settings);
  const existing = await manager.consumers.info(definition.stream, definition.name).catch((error: unknown) => {
    if (isApiError(error, API_ERROR.consumerNotFound)) return undefined;
    throw error;
  });
  if (existing !== undefined) {
    if (!mayChange || !differs(existing.config, wanted)) return;
    await manager.consumers.update(definition.stream, definition.name, wanted);
    logger.info('nats.consumer.updated', { consumer: definition.name });
    return;
  }
  await manager.consumers.add(definition.stream, wanted);
  logger.info('nats.consumer.created', { consumer: definition.name });
};
