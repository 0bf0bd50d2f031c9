import { CONFIGURATION_EXIT_CODE, ConfigurationFault } from '@trendpot/config';
import { redact } from '@trendpot/observability';
import { runService, type ServiceOptions } from './run-service.ts';

const FAILED_EXIT_CODE = 1;

const giveUp = (name: string, error: unknown): never => {
  const reason = error instanceof Error ? error.message : 'a non-error was thrown';
  process.stderr.write(`${name} cannot start: ${redact(reason).replaceAll(/\s+/g, ' ')}\n`);
  process.exit(error instanceof ConfigurationFault ? CONFIGURATION_EXIT_CODE : FAILED_EXIT_CODE);
};

/**
 * What every `main.ts` calls: runs the service until SIGTERM or SIGINT, then drains it and exits 0. A service that
 * cannot start says why in one line on standard error and exits 78 when its settings are at fault, else 1.
 */
export const startService = async <C>(options: ServiceOptions<C>): Promise<void> => {
  const service = await runService(options).catch((error: unknown) => giveUp(options.name, error));
  // What nobody caught leaves the process in a state nobody knows; the next one finds everything where it was.
  process.once('uncaughtException', (error) => {
    service.logger.error('service.fault', { error });
    process.exit(FAILED_EXIT_CODE);
  });
  let stopping = false;
  const stop = () => {
    stopping = true;
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => giveUp(options.name, error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  await service.ready.catch((error: unknown) => {
    if (!stopping) giveUp(options.name, error);
  });
};
