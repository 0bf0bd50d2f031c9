import { installPackages } from './apt.ts';
import { findOnPath } from './find-on-path.ts';
import type { SourceContext } from './part.ts';
import { reasonOf, runCommand, type RunOptions } from './run-command.ts';

/** pip could not do it; the message is the rest of a sentence. */
export class PipFailed extends Error {}

/** A person's own pip settings that would redirect or refuse an installation into a folder. */
const NEUTRAL = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' };

/** The Python that will run what pip fetches. */
export async function findPython(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return findOnPath(['python3'], env);
}

/** Such as `3.11`; wheels with native code fit one of these only. */
export async function pythonVersion(python: string, env: NodeJS.ProcessEnv): Promise<string> {
  const asked = await runCommand(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { env });
  if (asked.code !== 0) throw new PipFailed(`${python} does not run (${reasonOf(asked)})`);
  return asked.lines[0] ?? 'unknown';
}

/**
 * Runs pip. Debian ships Python without it: then, as root, it is installed first.
 * @throws PipFailed
 */
export async function runPip(
  python: string,
  args: readonly string[],
  context: SourceContext,
  options: Pick<RunOptions, 'onLine'> & { readonly temporary: string },
): Promise<void> {
  const env = { ...context.env, ...NEUTRAL, TMPDIR: options.temporary };
  if ((await runCommand(python, ['-m', 'pip', '--version'], { env })).code !== 0) {
    const why = await installPackages(['python3-pip'], context);
    if (why !== undefined) throw new PipFailed(`Python has no pip: ${why}`);
  }
  const ran = await runCommand(python, ['-m', 'pip', ...args], {
    env,
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  });
  if (ran.code !== 0) throw new PipFailed(`pip could not fetch it (${reasonOf(ran)})`);
}
