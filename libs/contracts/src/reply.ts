import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from './error-catalogue.ts';
import type { PlatformError } from './platform-error.ts';

/** How every request over NATS is answered: the data, or a code with the caller's text. Never a stack, never a detail. */
export type Reply<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: ReplyError };

export const ReplyError = z.object({
  code: z.enum(ERROR_CODES as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  afterMs: z.number().int().nonnegative().optional(),
});
export type ReplyError = z.infer<typeof ReplyError>;

export const replySchema = <T extends z.ZodType>(data: T) =>
  z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), data }),
    z.object({ ok: z.literal(false), error: ReplyError }),
  ]);

export const replyOf = <T>(data: T): Reply<T> => ({ ok: true, data });

export const refusal = (error: PlatformError): Reply<never> => ({
  ok: false,
  error: {
    code: error.code,
    message: error.publicMessage,
    ...(error.afterMs === undefined ? {} : { afterMs: Math.ceil(error.afterMs) }),
  },
});
