import type { Msg } from '@nats-io/transport-node';
import { HOPS, PlatformError, natsAccountOf, refusal, replyOf, toPlatformError } from '@trendpot/contracts';
import type { z } from 'zod';
import { callerOf } from './caller.ts';
import { trackInFlight } from './in-flight.ts';
import type { Messaging, Running } from './messaging.ts';

export interface RequestMeta {
  /** Who asked, as the server itself proves it on requests from another account; absent where nothing is proven. */
  readonly caller?: string;
}

export interface RespondOptions<Q> {
  readonly subject: string;
  /** Replicas of one service share a queue: each request reaches one of them. */
  readonly queue: string;
  readonly schema: z.ZodType<Q>;
  handler(request: Q, meta: RequestMeta): Promise<unknown>;
  /** Default 64 KiB. */
  readonly maxBytes?: number;
  /** Told of every refusal, with its cause, for the log. */
  onRefused?(error: PlatformError): void;
  /** How long stop() waits for requests in flight. Default 10 s. */
  readonly stopWithinMs?: number;
}

const MAX_BYTES = 64 * 1024;

const parse = <Q>(message: Msg, options: RespondOptions<Q>): Q => {
  if (message.data.byteLength > (options.maxBytes ?? MAX_BYTES)) {
    throw new PlatformError('E_MESSAGE_TOO_LARGE', `a request on ${options.subject} is too large`);
  }
  let json: unknown;
  try {
    json = message.json();
  } catch {
    throw new PlatformError('E_MALFORMED_MESSAGE', `a request on ${options.subject} is not JSON`);
  }
  const parsed = options.schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || '(root)').join(', ');
  throw new PlatformError('E_MALFORMED_MESSAGE', `a request on ${options.subject} fails its schema at ${where}`);
};

/**
 * The permissions keep strangers off a subject, but not JetStream: a pull request with a forged reply makes it deliver
 * any stored message into the vault's account. Measured on 2.15.2; such a message proves no caller.
 */
const authorize = async <Q>(
  messaging: Messaging,
  message: Msg,
  options: RespondOptions<Q>,
): Promise<string | undefined> => {
  const caller = await callerOf(messaging, message);
  if (!messaging.authenticated || natsAccountOf(messaging.user) !== 'VAULT') return caller;
  const known = HOPS.some((hop) => hop.kind === 'request' && hop.subject === options.subject && hop.from === caller);
  if (known) return caller;
  throw new PlatformError('E_VAULT_CALLER_REFUSED', `${caller ?? 'an unproven caller'} may not ask ${options.subject}`);
};

/**
 * Answers requests on a subject: data, or a refusal that carries only the code and its constant text.
 * Requests are handled at once, side by side.
 */
export const respond = <Q>(messaging: Messaging, options: RespondOptions<Q>): Running => {
  const inFlight = trackInFlight();
  const answer = async (message: Msg): Promise<void> => {
    let body: string;
    try {
      const caller = await authorize(messaging, message, options);
      const request = parse(message, options);
      const data = await options.handler(request, caller === undefined ? {} : { caller });
      body = JSON.stringify(replyOf(data ?? null));
    } catch (thrown) {
      const error = toPlatformError(thrown);
      options.onRefused?.(error);
      body = JSON.stringify(refusal(error));
    }
    try {
      message.respond(body);
    } catch (cause) {
      const error = new PlatformError('E_MESSAGE_TOO_LARGE', `an answer on ${options.subject} is too large`, { cause });
      options.onRefused?.(error);
      message.respond(JSON.stringify(refusal(error)));
    }
  };

  const subscription = messaging.connection.subscribe(options.subject, {
    queue: options.queue,
    callback: (error, message) => {
      if (error === null) inFlight.add(answer(message));
      else messaging.logger.error('nats.subscription.failed', { subject: options.subject, reason: error.message });
    },
  });

  const stopped = subscription.closed.then(() => inFlight.settled(options.stopWithinMs ?? 10_000)).then(() => {});
  return {
    stopped,
    stop: async () => {
      if (!subscription.isClosed() && !messaging.connection.isClosed()) await subscription.drain();
      await stopped;
    },
  };
};
