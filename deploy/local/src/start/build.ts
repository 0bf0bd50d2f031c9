import { join } from 'node:path';
import { runCommand } from '../parts/run-command.ts';
import { REPOSITORY } from '../platform/repository.ts';

const COMPILER = join(REPOSITORY, 'node_modules', '.bin', 'tsc');

/**
 * Compiles what changed since the last time; nothing, if nothing did. The compiler itself and not nx: nx takes its
 * outputs away before it puts back what it cached, under the feet of services that are just being started from them.
 * Types are not judged, which takes half of the time: that is what the checks are for.
 *
 * @throws Error with the compiler's last lines
 */
export const build = async (): Promise<void> => {
  const { code, lines } = await runCommand(COMPILER, ['-b', '--noCheck'], { cwd: REPOSITORY, env: process.env });
  if (code !== 0) throw new Error(`the services do not compile:\n${lines.join('\n')}`);
};
