import { PlatformError } from '@trendpot/contracts';
import { z } from 'zod';
import { deleteStoredMessage } from '../delete-message.ts';
import type { Messaging } from '../messaging.ts';
import { messagesOf, type StoredMessage } from '../stored-messages.ts';
import type { ConsumeJobsOptions } from './consume-jobs.ts';
import { deadLetterOf, storeDeadLetter } from './dead-letter.ts';
import { readJob, type Job } from './job.ts';

const Advisory = z.object({ stream_seq: z.number().int(), deliveries: z.number().int() });

/**
 * The net under a job that kills its worker before anything can be recorded: after `max_deliver` deliveries the server
 * stops handing it out, but keeps it, invisible. It is reported once, to whoever listens at that moment; so we also
 * look for such jobs when we begin and after every reconnect.
 */
export const watchAbandonedJobs = <J extends Job>(
  messaging: Messaging,
  options: ConsumeJobsOptions<J>,
): { stop(): void } => {
  const { connection, logger, manager } = messaging;
  const { stream, consumer } = options;

  const bury = async (message: StoredMessage, deliveries: number): Promise<void> => {
    const error = new PlatformError('E_INTERNAL', `the job was delivered ${deliveries} times without an outcome`);
    const job = readable(message, options);
    const { queue, onFailed } = options.onFailure;
    const letter = deadLetterOf({ queue, message, job, error, attempts: job?.attempt ?? 0 });
    await onFailed(letter, job).catch((reason: unknown) =>
      logger.error('nats.job.failure_not_noted', { accountId: letter.accountId, reason: String(reason) }),
    );
    await storeDeadLetter(messaging, letter, { stream, sequence: message.sequence });
    await deleteStoredMessage(messaging, stream, message.sequence, { overwrite: false });
    logger.error('nats.job.abandoned', { queue, accountId: letter.accountId, sequence: message.sequence });
  };

  const onAdvisory = async (advisory: z.infer<typeof Advisory>): Promise<void> => {
    for await (const message of messagesOf(messaging, stream, { from: advisory.stream_seq })) {
      if (message.sequence === advisory.stream_seq) await bury(message, advisory.deliveries);
      return;
    }
  };

  /** Only when nothing is in anybody's hands can a delivered message still be there because it was given up. */
  const sweep = async (): Promise<void> => {
    const info = await manager.consumers.info(stream, consumer);
    const subject = info.config.filter_subject;
    if (info.num_ack_pending > 0 || subject === undefined) return;
    for await (const message of messagesOf(messaging, stream, { subject })) {
      if (message.sequence > info.delivered.stream_seq) return;
      await bury(message, info.config.max_deliver ?? 0);
    }
  };

  const guarded = (step: Promise<void>): void => {
    step.catch((reason: unknown) => logger.warn('nats.abandoned.not_handled', { consumer, reason: String(reason) }));
  };

  const subscription = connection.subscribe(`$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}.${consumer}`, {
    queue: consumer,
    callback: (error, message) => {
      const advisory = error === null ? Advisory.safeParse(message.json()) : undefined;
      if (advisory?.success) guarded(onAdvisory(advisory.data));
    },
  });
  guarded(sweep());
  const forget = messaging.onReconnect(() => guarded(sweep()));
  return {
    stop: () => {
      forget();
      if (!connection.isClosed()) subscription.unsubscribe();
    },
  };
};

const readable = <J extends Job>(message: StoredMessage, { schema }: ConsumeJobsOptions<J>): J | undefined => {
  try {
    return readJob(message, schema);
  } catch {
    return undefined;
  }
};
