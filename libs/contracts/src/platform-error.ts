import { ERROR_CATALOGUE, type ErrorCode, type RetryVerdict } from './error-catalogue.ts';

export interface ErrorContext {
  /** Milliseconds after which trying again makes sense, where the other side said so. */
  readonly afterMs?: number;
  readonly cause?: unknown;
}

/**
 * The one error of the platform: a stable code with its retry verdict, a message for the operator (ids allowed,
 * secrets never) and a constant text for the caller.
 */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly code: ErrorCode;
  readonly afterMs: number | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.afterMs = context.afterMs;
  }

  get verdict(): RetryVerdict {
    return ERROR_CATALOGUE[this.code].verdict;
  }

  get publicMessage(): string {
    return ERROR_CATALOGUE[this.code].publicMessage;
  }

  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}

/** Whatever was thrown, as a `PlatformError`; an unknown fault keeps its cause for the log. */
export const toPlatformError = (thrown: unknown): PlatformError =>
  thrown instanceof PlatformError
    ? thrown
    : new PlatformError('E_INTERNAL', thrown instanceof Error ? thrown.message : 'a non-error was thrown', {
        cause: thrown,
      });
