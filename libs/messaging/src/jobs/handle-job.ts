import type { JsMsg } from '@nats-io/jetstream';
import { PlatformError, toPlatformError } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { publish, wasOvertaken } from '../publish.ts';
import { settleDone } from '../settle.ts';
import { MAX_CRASHES } from '../topology/ensure-consumer.ts';
import type { ConsumeJobsOptions } from './consume-jobs.ts';
import { deadLetterOf, originOf, storeDeadLetter } from './dead-letter.ts';
import { readJob, type Job } from './job.ts';
import { decideRetry, type Tried } from './retry-decision.ts';
import { stillCounts } from './still-counts.ts';

const positionOf = ({ info }: JsMsg): string => `${info.stream}-${info.streamSequence}`;

/**
 * Ends as a dead letter. The letter is stored before the service is told: once it knows, the job does not count any more,
 * and a delivery after a crash would end without a letter.
 */
const giveUp = async <J extends Job>(
  messaging: Messaging,
  message: JsMsg,
  { onFailure }: ConsumeJobsOptions<J>,
  job: J | undefined,
  error: PlatformError,
): Promise<void> => {
  const attempts = job?.attempt ?? 0;
  const letter = deadLetterOf({ queue: onFailure.queue, message, job, error, attempts });
  await storeDeadLetter(messaging, letter, originOf(message));
  await onFailure.onFailed(letter, job);
  messaging.logger.error('nats.job.failed', {
    queue: letter.queue,
    accountId: letter.accountId,
    code: letter.code,
    attempts,
    requestId: letter.requestId,
    reason: letter.message,
  });
  settleDone(message);
};

/** The schedule that waits where a retry would, by its number in the stream; 0 for none. As the stream's leader has it. */
const waitingOn = async ({ manager }: Messaging, { info }: JsMsg, subject: string): Promise<number> =>
  (await manager.streams.getMessage(info.stream, { last_by_subj: subject }))?.seq ?? 0;

/** Waits as a schedule of its own, so that it holds no place; then comes back to the tail of its queue. */
const tryLater = async <J extends Job>(
  messaging: Messaging,
  message: JsMsg,
  { onFailure }: ConsumeJobsOptions<J>,
  job: J,
  error: PlatformError,
  next: { readonly tried: Tried; readonly afterMs: number; readonly after: number },
): Promise<void> => {
  const at = new Date(Date.now() + next.afterMs);
  await publish(messaging, {
    subject: onFailure.scheduleSubject(job),
    body: JSON.stringify({ ...job, ...next.tried }),
    messageId: `retry-${positionOf(message)}`,
    schedule: { at, target: message.subject },
    after: next.after,
  });
  onFailure.onRetry?.(job, error, at);
  const { queue } = onFailure;
  messaging.logger.warn('nats.job.retried', {
    queue,
    accountId: job.accountId,
    requestId: job.requestId,
    code: error.code,
    message: error.message,
    attempt: job.attempt,
    outages: next.tried.outages ?? 0,
    afterMs: Math.round(next.afterMs),
  });
  settleDone(message);
};

/**
 * Looks at the place of the retry before it asks whether the job still counts: what came after the job may be put there
 * between the question and the retry, and must stay.
 */
const retryIfItCounts = async <J extends Job>(
  messaging: Messaging,
  message: JsMsg,
  options: ConsumeJobsOptions<J>,
  job: J,
  error: PlatformError,
  next: { readonly tried: Tried; readonly afterMs: number; readonly signal: AbortSignal },
): Promise<void> => {
  for (;;) {
    const after = await waitingOn(messaging, message, options.onFailure.scheduleSubject(job));
    if (!(await stillCounts(job, options.onFailure, next.signal))) {
      const { accountId, requestId } = job;
      messaging.logger.info('nats.job.obsolete', { accountId, requestId, code: error.code });
      settleDone(message);
      return;
    }
    try {
      await tryLater(messaging, message, options, job, error, { ...next, after });
      return;
    } catch (thrown) {
      if (!wasOvertaken(thrown)) throw thrown;
    }
  }
};

/** Nothing that speaks against the job, nor for asking the creator. */
const ofAnOldGrant = (refusal: PlatformError): PlatformError =>
  new PlatformError('E_UNAVAILABLE', `${refusal.code} was about a grant that has been replaced`, { cause: refusal });

const settleFailure = async <J extends Job>(
  messaging: Messaging,
  message: JsMsg,
  options: ConsumeJobsOptions<J>,
  job: J,
  error: PlatformError,
  signal: AbortSignal,
): Promise<void> => {
  const decision = decideRetry(error, job, options.onFailure);
  switch (decision.kind) {
    case 'drop':
      settleDone(message);
      return;
    case 'retry':
      await retryIfItCounts(messaging, message, options, job, error, { ...decision, signal });
      return;
    case 'needs-consent':
      if (options.onFailure.onNeedsConsent === undefined) break;
      if (await options.onFailure.onNeedsConsent(job, error)) settleDone(message);
      else await settleFailure(messaging, message, options, job, ofAnOldGrant(error), signal);
      return;
    case 'give-up':
      break;
  }
  await giveUp(messaging, message, options, job, error);
};

/** Cut short by a stop: a copy goes back to the queue, for a delivery given back would count as a crash. */
const requeue = async (messaging: Messaging, message: JsMsg): Promise<void> => {
  await publish(messaging, {
    subject: message.subject,
    body: message.data,
    messageId: `requeue-${positionOf(message)}`,
  });
  settleDone(message);
};

const settleThrown = async <J extends Job>(
  messaging: Messaging,
  message: JsMsg,
  options: ConsumeJobsOptions<J>,
  job: J,
  thrown: unknown,
  signal: AbortSignal,
): Promise<void> => {
  try {
    if (!signal.aborted) {
      await settleFailure(messaging, message, options, job, toPlatformError(thrown), signal);
      return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await requeue(messaging, message);
};

/**
 * One delivery of one job, to its end. Whatever cannot be recorded (NATS or the service's store does not answer) leaves
 * the message unsettled: it is delivered again.
 */
export const handleJob = async <J extends Job>(
  messaging: Messaging,
  message: JsMsg,
  signal: AbortSignal,
  options: ConsumeJobsOptions<J>,
): Promise<void> => {
  let job: J;
  try {
    job = readJob(message, options.schema);
  } catch (thrown) {
    await giveUp(messaging, message, options, undefined, toPlatformError(thrown));
    return;
  }
  const deliveries = message.info.deliveryCount;
  if (deliveries > MAX_CRASHES) {
    const error = new PlatformError('E_INTERNAL', `the job was begun ${deliveries - 1} times without an outcome`);
    await giveUp(messaging, message, options, job, error);
    return;
  }
  try {
    await options.handler(job, { attempt: job.attempt, deliveries, signal });
  } catch (thrown) {
    await settleThrown(messaging, message, options, job, thrown, signal);
    return;
  }
  settleDone(message);
};
