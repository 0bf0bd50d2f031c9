import type { JsMsg } from '@nats-io/jetstream';
import { DeadLetter, failedSubject, type PlatformError } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { publish } from '../publish.ts';
import { MAX_JOB_BYTES, accountOfSubject, type Job } from './job.ts';

export interface FailedJob {
  readonly queue: DeadLetter['queue'];
  readonly message: Pick<JsMsg, 'data' | 'subject'>;
  readonly job?: Job | undefined;
  readonly error: PlatformError;
  readonly attempts: number;
}

export const deadLetterOf = ({ queue, message, job, error, attempts }: FailedJob): DeadLetter =>
  DeadLetter.parse({
    version: 1,
    queue,
    subject: message.subject.slice(0, 256),
    accountId: job?.accountId ?? accountOfSubject(message.subject),
    code: error.code,
    message: error.message.slice(0, 500),
    attempts,
    failedAt: new Date().toISOString(),
    ...(job === undefined ? {} : { requestId: job.requestId }),
    body: Buffer.from(message.data.subarray(0, MAX_JOB_BYTES)).toString('base64'),
    truncated: message.data.byteLength > MAX_JOB_BYTES,
  });

/** A message as nothing but itself: a stream that is made again counts from 1 again, at another time. */
export interface Origin {
  readonly stream: string;
  readonly sequence: number;
  readonly storedAt: Date;
}

export const originOf = ({ info, timestampNanos }: JsMsg): Origin => ({
  stream: info.stream,
  sequence: info.streamSequence,
  storedAt: new Date(Number(timestampNanos / 1_000_000n)),
});

/** Stores the letter; the same message is given up once, however often and by whomever. */
export const storeDeadLetter = async (
  messaging: Messaging,
  letter: DeadLetter,
  { stream, sequence, storedAt }: Origin,
): Promise<void> => {
  await publish(messaging, {
    subject: failedSubject(letter.queue, letter.accountId),
    body: JSON.stringify(letter),
    messageId: `failed-${stream}-${sequence}-${storedAt.getTime()}`,
  });
};
