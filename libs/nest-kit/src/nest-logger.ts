import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@trendpot/observability';

/** Nest's own words go to the debug level; only what it calls an error is one. */
export const nestLogger = (logger: Logger): LoggerService => {
  const fields = (message: unknown, rest: readonly unknown[]) => ({
    text: message instanceof Error ? message.message : String(message),
    context: typeof rest.at(-1) === 'string' ? rest.at(-1) : '',
  });
  const debug = (message: unknown, ...rest: unknown[]) => logger.debug('nest.log', fields(message, rest));
  return {
    log: debug,
    debug,
    verbose: debug,
    warn: (message: unknown, ...rest: unknown[]) => logger.warn('nest.warning', fields(message, rest)),
    error: (message: unknown, ...rest: unknown[]) => logger.error('nest.error', fields(message, rest)),
    fatal: (message: unknown, ...rest: unknown[]) => logger.error('nest.error', fields(message, rest)),
  };
};
