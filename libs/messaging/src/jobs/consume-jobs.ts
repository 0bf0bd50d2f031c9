import type { z } from 'zod';
import type { Messaging, Running } from '../messaging.ts';
import { runConsumer } from '../run-consumer.ts';
import { watchAbandonedJobs } from './abandoned-jobs.ts';
import type { JobFailurePolicy } from './failure-policy.ts';
import { handleJob } from './handle-job.ts';
import type { Job } from './job.ts';

export interface JobMeta {
  /** From 1; counts begun attempts, not waits for a permit. */
  readonly attempt: number;
  /** From 1; more than 1 when a worker died or was cut off during this job. */
  readonly deliveries: number;
  /** Aborted when the service must end now; a job that then throws goes back to the queue, unharmed. */
  readonly signal: AbortSignal;
}

export interface ConsumeJobsOptions<J extends Job> {
  readonly stream: string;
  readonly consumer: string;
  readonly schema: z.ZodType<J>;
  /** May run twice for one job: it must be idempotent by the job's own ids. */
  handler(job: J, meta: JobMeta): Promise<void>;
  readonly onFailure: JobFailurePolicy<J>;
  /** How long a stop waits for jobs in flight before it aborts them. Default 20 s. */
  readonly stopWithinMs?: number;
  /** How often jobs that killed their workers are looked for. Default one minute. */
  readonly lookForAbandonedEveryMs?: number;
}

/**
 * Works off a queue. How many jobs run at once, over all replicas, is the consumer's limit in the topology settings.
 * No job is lost: it ends done, dropped, scheduled again or as a dead letter.
 */
export const consumeJobs = <J extends Job>(messaging: Messaging, options: ConsumeJobsOptions<J>): Running => {
  const abandoned = watchAbandonedJobs(messaging, options);
  const consumer = runConsumer(messaging, {
    stream: options.stream,
    consumer: options.consumer,
    ...(options.stopWithinMs === undefined ? {} : { stopWithinMs: options.stopWithinMs }),
    handle: (message, signal) => handleJob(messaging, message, signal, options),
  });
  return {
    stopped: consumer.stopped,
    stop: async () => {
      abandoned.stop();
      await consumer.stop();
    },
  };
};
