import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from '@trendpot/contracts';
import { z } from 'zod';
import { deleteStoredMessage } from '../delete-message.ts';
import type { Messaging } from '../messaging.ts';
import { messagesOf, type StoredMessage } from '../stored-messages.ts';
import type { ConsumeJobsOptions } from './consume-jobs.ts';
import { deadLetterOf, storeDeadLetter } from './dead-letter.ts';
import { findAbandoned } from './find-abandoned.ts';
import { readJob, type Job } from './job.ts';

const Advisory = z.object({ stream_seq: z.number().int(), deliveries: z.number().int() });

const LOOK_EVERY_MS = 60_000;
/** A job that is done leaves the stream a moment after it was acknowledged; only what is still there then was given up. */
const LOOK_TWICE_AFTER_MS = 1_000;

/**
 * The net under a job that kills its worker before anything can be recorded: after `max_deliver` deliveries the server
 * stops handing it out, but keeps it, invisible. It is reported once, to whoever listens at that moment; so we also
 * look for such jobs when we begin, after every reconnect and every minute, and what could not be buried is tried again
 * then.
 */
export const watchAbandonedJobs = <J extends Job>(
  messaging: Messaging,
  options: ConsumeJobsOptions<J>,
): { stop(): void } => {
  const { connection, logger } = messaging;
  const { stream, consumer } = options;
  const reported = new Map<number, number>();
  const stopped = new AbortController();
  let turn: Promise<void> = Promise.resolve();

  const bury = async (message: StoredMessage, deliveries: number): Promise<void> => {
    const error = new PlatformError('E_INTERNAL', `the job was delivered ${deliveries} times without an outcome`);
    const job = readable(message, options);
    const { queue, onFailed } = options.onFailure;
    const letter = deadLetterOf({ queue, message, job, error, attempts: job?.attempt ?? 0 });
    await onFailed(letter, job).catch((reason: unknown) =>
      logger.error('nats.job.failure_not_noted', { accountId: letter.accountId, reason: String(reason) }),
    );
    await storeDeadLetter(messaging, letter, { ...message, stream });
    await deleteStoredMessage(messaging, stream, message.sequence, { overwrite: false });
    logger.error('nats.job.abandoned', { queue, accountId: letter.accountId, sequence: message.sequence });
  };

  /** What fails is told and left for the next time. */
  const guarded = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (reason) {
      if (!stopped.signal.aborted) logger.warn('nats.abandoned.not_handled', { consumer, reason: String(reason) });
    }
  };

  const buryReported = async (sequence: number, deliveries: number): Promise<void> => {
    for await (const message of messagesOf(messaging, stream, { from: sequence })) {
      if (message.sequence === sequence) await bury(message, deliveries);
      break;
    }
    reported.delete(sequence);
  };
  const buryAllReported = async (): Promise<void> => {
    for (const [sequence, deliveries] of reported) await guarded(() => buryReported(sequence, deliveries));
  };

  const look = async (): Promise<void> => {
    await buryAllReported();
    const seen = new Set((await findAbandoned(messaging, options)).messages.map(({ sequence }) => sequence));
    if (seen.size === 0) return;
    await delay(LOOK_TWICE_AFTER_MS, undefined, { signal: stopped.signal });
    const { messages, maxDeliver } = await findAbandoned(messaging, options);
    for (const message of messages) {
      if (seen.has(message.sequence)) await guarded(() => bury(message, maxDeliver));
    }
  };
  const inTurn = (step: () => Promise<void>): Promise<void> => (turn = turn.then(() => guarded(step)));

  const subscription = connection.subscribe(`$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}.${consumer}`, {
    queue: consumer,
    callback: (error, message) => {
      const advisory = error === null ? Advisory.safeParse(message.json()) : undefined;
      if (!advisory?.success) return;
      reported.set(advisory.data.stream_seq, advisory.data.deliveries);
      void inTurn(buryAllReported);
    },
  });
  const keepLooking = async (): Promise<void> => {
    const pause = options.lookForAbandonedEveryMs ?? LOOK_EVERY_MS;
    while (!stopped.signal.aborted && !connection.isClosed()) {
      await inTurn(look);
      await delay(pause, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
    }
  };
  void keepLooking();
  const forget = messaging.onReconnect(() => void inTurn(look));
  return {
    stop: () => {
      stopped.abort();
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
