import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { CONSUMERS, RefreshJob, STREAM, SyncJob, type ConsumerDefinition } from '@trendpot/contracts';
import type { z } from 'zod';

/** What a decorated method takes; read by `NatsStrategy`. */
export type Handled =
  | { readonly kind: 'request'; readonly subject: string; readonly schema: z.ZodType; readonly maxBytes?: number }
  | { readonly kind: 'jobs'; readonly consumer: ConsumerDefinition; readonly schema: z.ZodType<SyncJob | RefreshJob> }
  | { readonly kind: 'events'; readonly consumer: ConsumerDefinition };

const HANDLED = 'handled';

export const handledBy = (extras: Readonly<Record<string, unknown>> | undefined): Handled | undefined =>
  extras?.[HANDLED] as Handled | undefined;

const consumerNamed = (name: string): ConsumerDefinition => {
  const consumer = CONSUMERS.find((candidate) => candidate.name === name);
  if (consumer === undefined) throw new TypeError(`there is no consumer ${name} in the contracts`);
  return consumer;
};

/**
 * The method answers requests on `subject`: what it returns is the data of the reply, what it throws the refusal. The
 * queue group is the service's name. `maxBytes` of a request is 64 KiB unless given.
 */
export const Responds = (subject: string, schema: z.ZodType, options: { maxBytes?: number } = {}): MethodDecorator =>
  MessagePattern(subject, { [HANDLED]: { kind: 'request', subject, schema, ...options } satisfies Handled });

const eventHandler = (name: string, handled: Handled): MethodDecorator =>
  EventPattern(name, { [HANDLED]: handled }) as MethodDecorator;

/** The method does the jobs of a work queue's consumer; what it throws decides through its verdict what becomes of the job. */
export const ConsumesJobs = (consumerName: string): MethodDecorator => {
  const consumer = consumerNamed(consumerName);
  const schema = consumer.stream === STREAM.refresh ? RefreshJob : SyncJob;
  return eventHandler(consumerName, { kind: 'jobs', consumer, schema });
};

/** The method hears every event of a durable consumer, in order; what it throws has the event delivered again. */
export const ConsumesEvents = (consumerName: string): MethodDecorator =>
  eventHandler(consumerName, { kind: 'events', consumer: consumerNamed(consumerName) });
