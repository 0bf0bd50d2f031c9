import { headers as createHeaders, errors, type MsgHdrs } from '@nats-io/transport-node';
import type { PubAck } from '@nats-io/jetstream';
import { PlatformError } from '@trendpot/contracts';
import { API_ERROR, isApiError } from './api-error.ts';
import type { Messaging } from './messaging.ts';

export interface PublishOptions {
  readonly subject: string;
  readonly body: string | Uint8Array;
  /** The same id within the stream's window is stored once, so that repeating a publish is always safe. */
  readonly messageId: string;
  /** Stores a schedule on `subject` (it replaces the one that is there); the body is delivered to `target` at `at`. */
  readonly schedule?: { readonly at: Date; readonly target: string };
  /** Stored only while this is the last message on its subject; 0 for none. See `wasOvertaken`. */
  readonly after?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 5 s. */
  readonly timeoutMs?: number;
}

export interface Published {
  readonly stream: string;
  readonly sequence: number;
  readonly duplicate: boolean;
}

const headersOf = (fields: Readonly<Record<string, string>>): MsgHdrs => {
  const result = createHeaders();
  for (const [name, value] of Object.entries(fields)) result.set(name, value);
  return result;
};

/** What went wrong between us and JetStream, in the platform's words. */
const toPublishError = (error: unknown, subject: string): PlatformError => {
  if (error instanceof errors.InvalidArgumentError && /max.?payload/i.test(error.message)) {
    return new PlatformError('E_MESSAGE_TOO_LARGE', `a message for ${subject} exceeds the server's limit`);
  }
  const reason = isApiError(error) ? ` (${error.code}: ${error.message})` : '';
  return new PlatformError('E_UNAVAILABLE', `JetStream did not acknowledge a message for ${subject}${reason}`, {
    cause: error,
  });
};

/** Whether a publish `after` a certain message was refused because another one had come meanwhile. */
export const wasOvertaken = (error: unknown): boolean =>
  error instanceof PlatformError && isApiError(error.cause, API_ERROR.wrongLastSequence);

/**
 * Stores one message and waits for JetStream's acknowledgement.
 * @throws PlatformError E_UNAVAILABLE when it does not come: the message may be stored or not, and may be published
 *   again under the same id. E_MESSAGE_TOO_LARGE when the server would never take it.
 */
export const publish = async (messaging: Messaging, options: PublishOptions): Promise<Published> => {
  let acknowledged: PubAck;
  try {
    acknowledged = await messaging.jetstream.publish(options.subject, options.body, {
      msgID: options.messageId,
      timeout: options.timeoutMs ?? 5_000,
      ...(options.after === undefined ? {} : { expect: { lastSubjectSequence: options.after } }),
      ...(options.headers === undefined ? {} : { headers: headersOf(options.headers) }),
      ...(options.schedule === undefined
        ? {}
        : { schedule: { specification: options.schedule.at, target: options.schedule.target } }),
    });
  } catch (error) {
    throw toPublishError(error, options.subject);
  }
  return { stream: acknowledged.stream, sequence: acknowledged.seq, duplicate: acknowledged.duplicate };
};
