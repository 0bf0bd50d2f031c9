import { PartError } from '../part-error.ts';
import { findFreePort, isFreeSoon } from '../processes/free-port.ts';
import { startContainerProcess } from './container-process.ts';
import { startServerProcess, type ServerLaunch, type ServerProcess } from './server-process.ts';

const STOP_GRACE_MS = 10_000;
const PORT_ATTEMPTS = 4;
/** Else whoever has the port would answer in the name of a server that could not start. */
const PORT_FREE_WITHIN_MS = 1_000;

/** A running server of a test or of the local platform. Everything resolves after the fact, never before. */
export interface RestartableServer extends AsyncDisposable {
  /** Of the server itself, also when it runs in a container (0 where the engine's machine is another one). */
  readonly pid: number;
  readonly running: boolean;
  /** Ends the process with the signal (SIGKILL unless told) and keeps its data for `restart`. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Freezes the process where it is (SIGSTOP); its connections stay open and silent. */
  pause(): void;
  resume(): void;
  /** Same port, same data. Ends the running process first, if there is one. */
  restart(): Promise<void>;
  /** Ends the process and removes its data, unless the caller chose the directory. Safe to call twice. */
  stop(): Promise<void>;
}

export interface RestartableOptions extends ServerLaunch {
  /** Runs after every start, once the server answers. */
  readonly afterStart?: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function startRestartable(options: RestartableOptions): Promise<RestartableServer> {
  const launch = options.program.image === undefined ? startServerProcess : startContainerProcess;
  const start = async (): Promise<ServerProcess> => {
    if (!(await isFreeSoon(options.port, PORT_FREE_WITHIN_MS))) {
      throw new PartError('E_PART_NOT_READY', `port ${options.port}: address already in use.`, { part: options.name });
    }
    const started = await launch(options);
    try {
      await options.afterStart?.();
    } catch (error) {
      await started.kill('SIGKILL');
      throw error;
    }
    return started;
  };
  let current = await start();
  let stopped = false;
  const server: RestartableServer = {
    get pid() {
      return current.pid;
    },
    get running() {
      return current.running;
    },
    kill: (signal = 'SIGKILL') => current.kill(signal),
    pause: () => current.signal('SIGSTOP'),
    resume: () => current.signal('SIGCONT'),
    async restart() {
      if (stopped) throw new PartError('E_PART_STOPPED', 'was stopped and its data removed.', { part: options.name });
      await current.end(STOP_GRACE_MS);
      current = await start();
    },
    async stop() {
      stopped = true;
      await (options.disposable ? current.kill('SIGKILL') : current.end(STOP_GRACE_MS));
      await options.remove();
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return server;
}

/** Whether a server could not start because somebody else has its port. */
export const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && /address already in use|EADDRINUSE/i.test(error.message);

/** Tries again on another port when somebody else was quicker; a port the caller chose is tried once. */
export async function onFreePort<T>(given: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  if (given !== undefined) return start(given);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await findFreePort());
    } catch (error) {
      if (!isPortTaken(error) || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}
