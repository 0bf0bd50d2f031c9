import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { PartError } from '../part-error.ts';
import { GUARD_SCRIPT, quoteCommand } from './guard-script.ts';

/** Outputs close when the command ends, unless a descendant of it keeps them: nobody waits for that. */
const OUTPUT_SETTLES_MS = 300;

export interface GuardedCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** A file descriptor that takes both outputs, or `pipe` to read them from `output`. */
  readonly output: number | 'pipe';
  /** Run if this process dies without stopping the command. */
  readonly ifOrphaned?: readonly string[];
}

export interface GuardedProcess {
  readonly pid: number;
  /** Exit code as a shell tells it: 128 + n after signal n; undefined while it runs. */
  readonly exitCode: number | undefined;
  /** Settles when the command ends, but does not keep this process alive until then. */
  readonly exited: Promise<number>;
  /** The same for one who waits: keeps this process alive. */
  untilExit(): Promise<number>;
  readonly output: readonly Readable[];
  /** Does nothing once the command has ended, so a reused process id is never hit. */
  signal(signal: NodeJS.Signals): void;
}

/**
 * Starts a command that cannot outlive this process. It runs in a session of its own: Ctrl-C in a terminal reaches
 * this process alone, which can then drain services before it stops what they need.
 * It does not keep this process alive either: a test that forgot to stop a server still ends, and takes it along.
 */
export async function startGuarded(command: GuardedCommand): Promise<GuardedProcess> {
  const guard = spawn(
    '/bin/sh',
    ['-c', GUARD_SCRIPT, 'guard', quoteCommand(command.ifOrphaned ?? []), command.command, ...command.args],
    {
      stdio: ['pipe', command.output, command.output, 'pipe'],
      env: command.env ?? process.env,
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      detached: true,
    },
  );
  guard.stdin?.on('error', () => undefined);
  let exitCode: number | undefined;
  const exited = new Promise<number>((resolve) => {
    const end = (code: number): void => {
      exitCode ??= code;
      guard.stdin?.destroy();
      resolve(exitCode);
    };
    guard.once('close', (code) => end(code ?? 137));
    guard.once('exit', (code) => setTimeout(end, OUTPUT_SETTLES_MS, code ?? 137));
    guard.once('error', () => end(127));
  });
  const pid = await readPid(command.name, guard.stdio[3] as Readable, exited);
  guard.unref();
  for (const stream of guard.stdio) (stream as Socket | null)?.unref();
  return {
    pid,
    exited,
    untilExit() {
      guard.ref();
      return exited;
    },
    get exitCode() {
      return exitCode;
    },
    output: command.output === 'pipe' ? [guard.stdout as Readable, guard.stderr as Readable] : [],
    signal(signal) {
      if (exitCode === undefined) signalProcess(pid, signal);
    },
  };
}

async function readPid(name: string, channel: Readable, exited: Promise<number>): Promise<number> {
  const [first] = (await Promise.race([once(channel, 'data'), exited.then(() => [''])])) as [Buffer | string];
  const pid = Number.parseInt(String(first), 10);
  if (!Number.isInteger(pid)) throw new PartError('E_PART_EXITED', 'could not be started.', { part: name });
  return pid;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
