import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PartError } from '../part-error.ts';
import { lastLines } from '../processes/last-lines.ts';
import { pollUntil } from '../processes/poll-until.ts';
import { startGuarded, type GuardedProcess } from '../processes/guarded-process.ts';

export interface ServerProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly removeIfOrphaned?: string;
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
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const log = openSync(options.logFile, 'a');
  let guarded: GuardedProcess;
  try {
    guarded = await startGuarded({
      name: options.name,
      command: options.command,
      args: options.args,
      output: log,
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.removeIfOrphaned === undefined ? {} : { removeIfOrphaned: options.removeIfOrphaned }),
    });
  } finally {
    closeSync(log);
  }
  await waitUntilReady(options, guarded);
  return {
    pid: guarded.pid,
    get running() {
      return guarded.exitCode === undefined;
    },
    signal: (signal) => guarded.signal(signal),
    async end(graceMs) {
      guarded.signal('SIGCONT');
      guarded.signal('SIGTERM');
      await within(guarded.exited, graceMs);
      guarded.signal('SIGKILL');
      await guarded.exited;
    },
    async kill(signal) {
      guarded.signal(signal);
      await guarded.exited;
    },
  };
}

async function waitUntilReady(options: ServerProcessOptions, guarded: GuardedProcess): Promise<void> {
  const outcome = await pollUntil(
    async () => {
      if (guarded.exitCode !== undefined) return 'exited';
      return (await options.answers()) ? 'ready' : undefined;
    },
    { deadlineMs: options.readyWithinMs },
  );
  if (outcome === 'ready' && guarded.exitCode === undefined) return;
  guarded.signal('SIGKILL');
  await guarded.exited;
  const details = { part: options.name, lastLines: await lastLines(options.logFile) };
  if (outcome === undefined) {
    throw new PartError('E_PART_NOT_READY', `no answer within ${options.readyWithinMs / 1000} s.`, details);
  }
  throw new PartError('E_PART_EXITED', `ended with code ${guarded.exitCode} before it answered.`, details);
}

async function within(event: Promise<unknown>, ms: number): Promise<void> {
  const cancel = new AbortController();
  await Promise.race([event, sleep(ms, undefined, { signal: cancel.signal }).catch(() => undefined)]);
  cancel.abort();
}
