import { setTimeout as sleep } from 'node:timers/promises';
import { PartError } from '../part-error.ts';
import { findFreePort, isFreeSoon } from './free-port.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';
import { makeLogRing, type LogRing } from './log-ring.ts';
import { pollUntil } from './poll-until.ts';
import { residentBytes } from './resident-memory.ts';

const STOP_WITHIN_MS = 15_000;
const READY_WITHIN_MS = 60_000;
const ASK_WITHIN_MS = 2_000;
const PORT_FREE_WITHIN_MS = 1_000;
const RING_LINES = 500;
const SHOWN_LINES = 12;

export interface ServiceProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the service, but for `PORT`. Nothing is inherited except PATH, HOME and Node's code cache. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** A free one unless told; handed over as `PORT`. */
  readonly port?: number;
  readonly readyWithinMs?: number;
  /** All lines are appended here; the newest 500 are kept in memory anyway. */
  readonly logFile?: string;
}

export interface ServiceEnd {
  /** As a shell tells it: 128 + n after signal n. */
  readonly exitCode: number;
  /** True if it did not end by itself in time and was killed. */
  readonly forced: boolean;
}

export interface ServiceProcess extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly running: boolean;
  /** Of the process that runs now; a restart makes a new one. Does not keep this process alive until then. */
  readonly exited: Promise<number>;
  /** The newest log lines, oldest first. */
  readonly lines: readonly string[];
  onLine(listener: (line: string) => void): () => void;
  /** Resident set, in bytes. */
  residentBytes(): Promise<number>;
  /** Sends the signal and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  pause(): void;
  resume(): void;
  /** Same port and settings, changed by `env` if given. Ends the running process first (SIGTERM). */
  restart(env?: NodeJS.ProcessEnv): Promise<void>;
  /** SIGTERM, then SIGKILL when it does not end in time. Safe to call twice. */
  stop(withinMs?: number): Promise<ServiceEnd>;
}

/**
 * Starts a service and resolves when it says it is ready. It cannot outlive this process.
 * @throws PartError with its last log lines if it ends (exit 78: bad settings) or is not ready in time
 */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const port = options.port ?? (await findFreePort());
  const url = `http://127.0.0.1:${port}`;
  const log = makeLogRing(options.logFile, RING_LINES);
  let env = options.env;
  let current = await launch(options, env, port, log).catch(async (error: unknown) => {
    await log.close();
    throw error;
  });
  const end = async (withinMs: number): Promise<ServiceEnd> => {
    current.signal('SIGTERM');
    current.signal('SIGCONT');
    const deadline = new AbortController();
    const late = sleep(withinMs, true, { signal: deadline.signal }).catch(() => false);
    const forced = await Promise.race([current.untilExit().then(() => false), late]);
    deadline.abort();
    current.signal('SIGKILL');
    return { exitCode: await current.untilExit(), forced };
  };
  const service: ServiceProcess = {
    name: options.name,
    url,
    port,
    get pid() {
      return current.pid;
    },
    get running() {
      return current.exitCode === undefined;
    },
    get exited() {
      return current.exited;
    },
    get lines() {
      return log.lines;
    },
    onLine: (listener) => log.onLine(listener),
    residentBytes: () => residentBytes(current.pid),
    async kill(signal = 'SIGKILL') {
      current.signal(signal);
      await current.untilExit();
    },
    pause: () => current.signal('SIGSTOP'),
    resume: () => current.signal('SIGCONT'),
    async restart(changed = {}) {
      await end(STOP_WITHIN_MS);
      env = { ...env, ...changed };
      current = await launch(options, env, port, log);
    },
    async stop(withinMs = STOP_WITHIN_MS) {
      const ended = await end(withinMs);
      await log.close();
      return ended;
    },
    async [Symbol.asyncDispose]() {
      await service.stop();
    },
  };
  return service;
}

async function launch(
  options: ServiceProcessOptions,
  env: NodeJS.ProcessEnv,
  port: number,
  log: LogRing,
): Promise<GuardedProcess> {
  if (!(await isFreeSoon(port, PORT_FREE_WITHIN_MS))) {
    throw new PartError('E_PART_NOT_READY', `port ${port}: address already in use.`, { part: options.name });
  }
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const started = await startGuarded({
    name: options.name,
    command: options.command,
    args: options.args,
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env, PORT: String(port) },
    output: 'pipe',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  log.read(started.output);
  await waitUntilReady(options, started, port, log);
  return started;
}

async function waitUntilReady(
  options: ServiceProcessOptions,
  started: GuardedProcess,
  port: number,
  log: LogRing,
): Promise<void> {
  const address = `http://127.0.0.1:${port}/readyz`;
  const deadlineMs = options.readyWithinMs ?? READY_WITHIN_MS;
  const outcome = await pollUntil(
    async () => (started.exitCode !== undefined ? 'exited' : (await answersOk(address)) ? 'ready' : undefined),
    { deadlineMs, everyMs: 50 },
  );
  if (outcome === 'ready') return;
  started.signal('SIGKILL');
  await started.untilExit();
  const details = { part: options.name, lastLines: log.lines.slice(-SHOWN_LINES) };
  if (outcome === undefined) {
    throw new PartError('E_PART_NOT_READY', `not ready within ${deadlineMs / 1000} s.`, details);
  }
  throw new PartError('E_PART_EXITED', `ended with code ${started.exitCode} before it was ready.`, details);
}

async function answersOk(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(ASK_WITHIN_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
