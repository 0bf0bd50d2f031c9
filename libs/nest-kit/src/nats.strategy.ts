import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { RefreshJob, ServiceName, SyncJob } from '@trendpot/contracts';
import {
  consumeEvents,
  consumeJobs,
  respond,
  type JobFailurePolicy,
  type Messaging,
  type Running,
} from '@trendpot/messaging';
import type { Logger } from '@trendpot/observability';
import { defaultIfEmpty, isObservable, lastValueFrom } from 'rxjs';
import { handledBy, type Handled } from './message-handlers.decorator.ts';

export interface NatsStrategyOptions {
  readonly service: ServiceName;
  readonly messaging: Messaging;
  readonly logger: Logger;
  /** How long a stop lets jobs and events in flight go on; jobs are then cut short, and given back to their queue. */
  readonly finishWithinMs: number;
  /** Asked for when a consumer of jobs starts. */
  failurePolicy(): JobFailurePolicy<SyncJob | RefreshJob>;
}

/**
 * Lets decorated Nest controllers be the handlers of `respond`, `consumeJobs` and `consumeEvents`. Wire format,
 * acknowledgement and retries stay in the messaging library; Nest contributes construction, filters and pipes.
 */
export class NatsStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('nats');
  /** What a handler throws comes back here, to be settled, instead of ending in a log of Nest's. */
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: NatsStrategyOptions;
  readonly #running: Running[] = [];

  constructor(options: NatsStrategyOptions) {
    super();
    this.#options = options;
  }

  override listen(ready: (error?: unknown) => void): void {
    try {
      for (const [pattern, handler] of this.messageHandlers) {
        const handled = handledBy(handler.extras);
        if (handled === undefined) throw new TypeError(`${pattern} is not declared with a decorator of the kit`);
        this.#running.push(this.#start(handled, handler));
      }
      ready();
    } catch (error) {
      ready(error);
    }
  }

  /** Takes nothing new and waits, bounded, for what is in flight. */
  override async close(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((running) => running.stop()));
  }

  override on(): never {
    throw new TypeError('this transport has no events');
  }

  override unwrap<T>(): T {
    return this.#options.messaging as T;
  }

  #start(handled: Handled, handler: MessageHandler): Running {
    const { messaging, service, logger, finishWithinMs } = this.#options;
    const deliver = (payload: unknown, meta?: unknown) => this.#deliver(handler, payload, meta);
    switch (handled.kind) {
      case 'request':
        return respond(messaging, {
          ...handled,
          queue: service,
          stopWithinMs: finishWithinMs,
          handler: deliver,
          onRefused: (error) => logger.warn('request.refused', { subject: handled.subject, code: error.code, error }),
        });
      case 'jobs':
        return consumeJobs(messaging, {
          stream: handled.consumer.stream,
          consumer: handled.consumer.name,
          schema: handled.schema,
          handler: async (job, meta) => void (await deliver(job, meta)),
          onFailure: this.#options.failurePolicy(),
          stopWithinMs: finishWithinMs,
        });
      case 'events':
        return consumeEvents(messaging, {
          stream: handled.consumer.stream,
          consumer: handled.consumer.name,
          handler: async (event) => void (await deliver(event)),
          stopWithinMs: finishWithinMs,
        });
    }
  }

  async #deliver(handler: MessageHandler, payload: unknown, meta: unknown): Promise<unknown> {
    const result: unknown = await handler(payload, meta);
    return isObservable(result) ? lastValueFrom(result.pipe(defaultIfEmpty(undefined))) : result;
  }
}
