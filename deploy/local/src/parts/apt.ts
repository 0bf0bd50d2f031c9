import { findOnPath } from './find-on-path.ts';
import type { SourceContext } from './part.ts';
import { reasonOf, runCommand } from './run-command.ts';

const LOCK_WAIT = ['-o', 'DPkg::Lock::Timeout=300'];

/**
 * Installs Debian packages, after a fresh look at the package lists. Only root can, and only where apt is.
 * @returns undefined when they are there, else why not, with the command that a person can run.
 */
export async function installPackages(
  packages: readonly string[],
  context: SourceContext,
): Promise<string | undefined> {
  const byHand = `apt-get install ${packages.join(' ')}`;
  if ((await findOnPath(['apt-get'], context.env)) === undefined) return `install ${packages.join(' ')} by hand`;
  if (process.getuid?.() !== 0) return `needs \`sudo ${byHand}\``;
  const env = { ...context.env, DEBIAN_FRONTEND: 'noninteractive' };
  const task = context.progress.begin(context.part, `installing ${packages.join(', ')} with apt-get`);
  const updated = await runCommand('apt-get', ['update', '-q', ...LOCK_WAIT], { env });
  const args = ['install', '-y', '-q', '--no-install-recommends', '-o', 'APT::Status-Fd=1', ...LOCK_WAIT, ...packages];
  const installed = await runCommand('apt-get', args, { env, onLine: (line) => task.update(fractionOf(line)) });
  if (installed.code === 0) {
    task.done();
    return undefined;
  }
  task.failed();
  return `\`${byHand}\` failed (${reasonOf(updated.code === 0 ? installed : updated)})`;
}

/** apt's status lines, `dlstatus:<n>:<percent>:<text>`, count the download and the installation from 0 to 100 each. */
function fractionOf(line: string): number {
  const status = /^(dlstatus|pmstatus):[^:]*:([\d.]+):/.exec(line);
  if (status === null) return 0;
  return Number(status[2]) / 200 + (status[1] === 'pmstatus' ? 0.5 : 0);
}
