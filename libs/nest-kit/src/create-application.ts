import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { RefreshJob, SyncJob } from '@trendpot/contracts';
import type { JobFailurePolicy } from '@trendpot/messaging';
import type { RequestListener } from 'node:http';
import { NatsStrategy } from './nats.strategy.ts';
import { nestLogger } from './nest-logger.ts';
import { PlatformErrorFilter } from './platform-error.filter.ts';
import type { ServiceContext } from './service-context.ts';

/** Token under which a service with `ConsumesJobs` provides what happens to a failed job. */
export const JOB_FAILURE_POLICY = Symbol('job failure policy');

export interface Application {
  /** Present when the service has HTTP of its own. */
  readonly listener?: RequestListener;
  /** Starts to take requests, jobs and events from NATS. */
  startConsuming(): Promise<void>;
  /** Takes nothing new from NATS and waits, bounded, for what is in flight. */
  stopConsuming(): Promise<void>;
  close(): Promise<void>;
}

export interface ApplicationParts {
  readonly context: ServiceContext;
  readonly finishWithinMs: number;
  readonly http: ((application: NestExpressApplication) => void) | undefined;
}

const OPTIONS = { abortOnError: false, rawBody: true } as const;

/** Builds the Nest application of a service; Express is loaded only where there is HTTP to serve. */
export const createApplication = async (
  module: DynamicModule,
  { context, finishWithinMs, http }: ApplicationParts,
): Promise<Application> => {
  const { name, messaging, logger } = context;
  let container: INestApplicationContext | undefined;
  const strategy = new NatsStrategy({
    service: name,
    messaging,
    logger,
    finishWithinMs,
    failurePolicy: () => {
      const policy = container?.get<JobFailurePolicy<SyncJob | RefreshJob>>(JOB_FAILURE_POLICY, { strict: false });
      if (policy === undefined) throw new TypeError('the application has not been created');
      return policy;
    },
  });
  const filter = new PlatformErrorFilter(logger);
  const options = { ...OPTIONS, logger: nestLogger(logger) };
  const stopConsuming = () => strategy.close();

  if (http === undefined) {
    const application = await NestFactory.createMicroservice(module, { ...options, strategy });
    container = application;
    application.useGlobalFilters(filter);
    return { startConsuming: () => application.listen(), stopConsuming, close: () => application.close() };
  }
  const { ExpressAdapter } = await import('@nestjs/platform-express');
  const adapter = new ExpressAdapter();
  const application = await NestFactory.create<NestExpressApplication>(module, adapter, options);
  container = application;
  adapter.disable('x-powered-by');
  application.useGlobalFilters(filter);
  http(application);
  application.connectMicroservice({ strategy }, { inheritAppConfig: true });
  await application.init();
  return {
    listener: adapter.getInstance<RequestListener>(),
    startConsuming: async () => void (await application.startAllMicroservices()),
    stopConsuming,
    close: () => application.close(),
  };
};
