export { startService } from './start-service.ts';
export { runService, type RunningService, type ServiceOptions } from './run-service.ts';
export { databaseOf, type ServiceContext, type ShutdownPhase } from './service-context.ts';

export { Responds, ConsumesJobs, ConsumesEvents } from './message-handlers.decorator.ts';
export { JOB_FAILURE_POLICY } from './create-application.ts';
export { countedFailures, type JobFailures } from './job-failures.ts';
export { startRounds, type Rounds } from './rounds.ts';
export type { JobMeta, RequestMeta } from '@trendpot/messaging';

export { httpErrorOf, errorBodyOf, type ErrorBody } from './http-error.ts';
export { requestIdOf } from './request-identity.ts';
