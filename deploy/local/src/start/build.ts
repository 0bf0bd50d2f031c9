import { join } from 'node:path';
import { runCommand } from '../parts/run-command.ts';
import { REPOSITORY } from '../platform/repository.ts';

const NX = join(REPOSITORY, 'node_modules', '.bin', 'nx');

/** Compiles what changed since the last time; nothing, if nothing did. @throws Error with the compiler's last lines */
export const build = async (): Promise<void> => {
  const { code, lines } = await runCommand(NX, ['run', 'trendpot-tiktok:compile', '--outputStyle=static'], {
    cwd: REPOSITORY,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  if (code !== 0) throw new Error(`the services do not compile:\n${lines.join('\n')}`);
};
