import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../parts/part.ts';
import { PartError } from '../part-error.ts';
import { lastLines } from '../processes/last-lines.ts';
import { pollUntil } from '../processes/poll-until.ts';
import { startGuarded, type GuardedProcess } from '../processes/guarded-process.ts';

/** How one server is run; the same for a process and for a container. */
export interface ServerLaunch {
  readonly name: string;
  readonly program: Program;
  readonly args: (bindAddress: string) => readonly string[];
  readonly port: number;
  readonly dataDir: string;
  /** True if nobody needs the data once the server is gone. */
  readonly disposable: boolean;
  readonly logFile: string;
  /** True once the server really answers. */
  readonly answers: () => Promise<boolean>;
  readonly readyWithinMs: number;
}

export interface ServerProcess {
  readonly pid: number;
  readonly running: boolean;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone: SIGTERM, then SIGKILL after `graceMs`. */
  end(graceMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a server's process and resolves once it answers; its last log lines are in the error if it does not. */
export async function startServerProcess(launch: ServerLaunch): Promise<ServerProcess> {
  const { program } = launch;
  const log = openSync(launch.logFile, 'a', 0o600);
  let guarded: GuardedProcess;
  try {
    guarded = await startGuarded({
      name: launch.name,
      command: program.command,
      args: [...program.args, ...launch.args('127.0.0.1')],
      env: { ...process.env, ...program.env },
      output: log,
      ifOrphaned: launch.disposable ? ['rm', '-rf', '--', launch.dataDir] : [],
    });
  } finally {
    closeSync(log);
  }
  const server = serverOf(guarded, guarded.pid, (signal) => guarded.signal(signal));
  await waitUntilReady(launch, server, guarded);
  return server;
}

/** The server behind a guarded process: the process itself, or one that only tells when a container ends. */
export function serverOf(
  guarded: GuardedProcess,
  pid: number,
  signal: (signal: NodeJS.Signals) => void,
): ServerProcess {
  return {
    pid,
    get running() {
      return guarded.exitCode === undefined;
    },
    signal,
    async end(graceMs) {
      signal('SIGTERM');
      signal('SIGCONT');
      await within(guarded.untilExit(), graceMs);
      signal('SIGKILL');
      await guarded.untilExit();
    },
    async kill(name) {
      signal(name);
      await guarded.untilExit();
    },
  };
}

export async function waitUntilReady(
  launch: ServerLaunch,
  server: ServerProcess,
  guarded: GuardedProcess,
): Promise<void> {
  const outcome = await pollUntil(
    async () => {
      if (guarded.exitCode !== undefined) return 'exited';
      return (await launch.answers()) ? 'ready' : undefined;
    },
    { deadlineMs: launch.readyWithinMs },
  );
  if (outcome === 'ready' && server.running) return;
  await server.kill('SIGKILL');
  const details = { part: launch.name, lastLines: await lastLines(launch.logFile) };
  if (outcome === undefined) {
    throw new PartError('E_PART_NOT_READY', `no answer within ${launch.readyWithinMs / 1000} s.`, details);
  }
  throw new PartError('E_PART_EXITED', `ended with code ${guarded.exitCode} before it answered.`, details);
}

async function within(event: Promise<unknown>, ms: number): Promise<void> {
  const cancel = new AbortController();
  await Promise.race([event, sleep(ms, undefined, { signal: cancel.signal }).catch(() => undefined)]);
  cancel.abort();
}
