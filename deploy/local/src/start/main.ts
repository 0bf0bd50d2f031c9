import { PartError } from '../part-error.ts';
import { narrate } from './narrator.ts';
import { HELP, readOptions, type StartOptions } from './options.ts';
import { start } from './start.ts';

const optionsOrExit = (): StartOptions => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exit(64);
  }
};

const options = optionsOrExit();
if (options.help) {
  process.stdout.write(HELP);
} else {
  try {
    process.exitCode = await start(options, narrate());
  } catch (error) {
    process.stderr.write(`${error instanceof PartError || error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
