import { CONFIGURATION_EXIT_CODE, ConfigurationFault } from '@trendpot/config';
import { PlatformError } from '@trendpot/contracts';
import { connectMessaging } from '@trendpot/messaging';
import { reportAsJson, reportAsText } from './describe-report.ts';
import { HELP, readOptions, type JobsOptions } from './options.ts';
import { readConnection } from './read-connection.ts';
import { runJobs } from './run-jobs.ts';

const INCOMPLETE = 1;
const WRONG_USAGE = 64;
const NO_ANSWER = 69;

const optionsOrExit = (): JobsOptions | 'help' => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`jobs: ${(error as Error).message}\n\n${HELP}`);
    process.exit(WRONG_USAGE);
  }
};

const run = async (options: JobsOptions): Promise<number> => {
  const messaging = await connectMessaging({
    ...readConnection(process.env),
    user: 'operator',
    firstConnectWithinMs: 5_000,
  });
  try {
    const report = await runJobs(messaging, options);
    process.stdout.write(`${options.json ? reportAsJson(report) : reportAsText(report)}\n`);
    return report.complete ? 0 : INCOMPLETE;
  } finally {
    await messaging.close();
  }
};

const exitCodeOf = (error: unknown): number => {
  if (error instanceof ConfigurationFault) return CONFIGURATION_EXIT_CODE;
  return error instanceof PlatformError && error.code === 'E_UNAUTHENTICATED' ? CONFIGURATION_EXIT_CODE : NO_ANSWER;
};

const options = optionsOrExit();
if (options === 'help') {
  process.stdout.write(HELP);
} else {
  try {
    process.exitCode = await run(options);
  } catch (error) {
    process.stderr.write(`jobs: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
