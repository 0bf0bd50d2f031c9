import type { Msg } from '@nats-io/transport-node';
import { PlatformError, type Reply } from '@trendpot/contracts';
import type { z } from 'zod';
import type { Messaging } from './messaging.ts';

export interface RequestOptions<T> {
  readonly subject: string;
  readonly payload: unknown;
  readonly reply: z.ZodType<Reply<T>>;
  readonly timeoutMs: number;
}

/**
 * Asks another service and unwraps its answer.
 * @throws PlatformError with the code of a refusal; E_UNAVAILABLE when nobody answers in time; E_INTERNAL when the
 *   answer is not what the contract says.
 */
export const request = async <T>(messaging: Messaging, options: RequestOptions<T>): Promise<T> => {
  let message: Msg;
  try {
    message = await messaging.connection.request(options.subject, JSON.stringify(options.payload), {
      timeout: options.timeoutMs,
    });
  } catch (error) {
    throw new PlatformError('E_UNAVAILABLE', `${options.subject} did not answer`, { cause: error });
  }
  const answer = readAnswer(message, options);
  if (answer.ok) return answer.data;
  const { code, message: text, afterMs } = answer.error;
  throw new PlatformError(code, `${options.subject} refused: ${text}`, afterMs === undefined ? {} : { afterMs });
};

const readAnswer = <T>(message: Msg, options: RequestOptions<T>): Reply<T> => {
  try {
    return options.reply.parse(message.json());
  } catch {
    // No cause: what a parser says of an answer may quote a token.
    throw new PlatformError('E_INTERNAL', `the answer of ${options.subject} is not what its contract says`);
  }
};
