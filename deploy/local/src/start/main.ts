import { CONFIGURATION_EXIT_CODE, ConfigurationFault } from '@trendpot/config';
import { keepCompiledCode } from '../platform/compiled-code.ts';
import { narrate } from './narrator.ts';
import { HELP, readOptions, WrongUsage, type StartOptions } from './options.ts';
import { start } from './start.ts';

const WRONG_USAGE = 64;

const optionsOrExit = (): StartOptions => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exit(WRONG_USAGE);
  }
};

const exitCodeOf = (error: unknown): number => {
  if (error instanceof ConfigurationFault) return CONFIGURATION_EXIT_CODE;
  return error instanceof WrongUsage ? WRONG_USAGE : 1;
};

const run = async (options: StartOptions): Promise<number> => {
  try {
    return await start(options, narrate());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodeOf(error);
  }
};

keepCompiledCode();
const options = optionsOrExit();
if (options.help) process.stdout.write(HELP);
// Ends even if something still waits: what could not be stopped must not keep the terminal.
else process.exit(await run(options));
