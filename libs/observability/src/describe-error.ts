import { PlatformError } from '@trendpot/contracts';

export interface ErrorDescription {
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

const CAUSES_TOLD = 5;
const STACK_TOLD = 4_000;

/** An error as code, message and chain of causes; nothing else that hangs on it is told. Stacks only of faults nobody foresaw. */
export const describeError = (error: unknown, depth = 0): ErrorDescription => {
  if (!(error instanceof Error)) return { message: typeof error === 'string' ? error : 'a non-error was thrown' };
  const code = (error as { code?: unknown }).code;
  return {
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    message: error.message,
    ...(error instanceof PlatformError || error.stack === undefined ? {} : { stack: error.stack.slice(0, STACK_TOLD) }),
    ...(error.cause === undefined || depth >= CAUSES_TOLD ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
};
