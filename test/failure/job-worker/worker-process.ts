import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@trendpot/testing';
import type { FromWorker, Stop, ToWorker } from './messages.ts';

const MAIN = {
  sync: fileURLToPath(new URL('../page-job/worker.ts', import.meta.url)),
  refresh: fileURLToPath(new URL('../refresh-job/worker.ts', import.meta.url)),
};

export interface WorkerProcess extends AsyncDisposable {
  /** Pages and points its jobs have passed since `record`. */
  readonly passed: Stop[];
  /** Why jobs of an account were put off, in order. */
  readonly retried: Map<string, string[]>;
  /** How often a job of an account was handed out to this process that it was at, or had been at, already. */
  readonly repeated: Map<string, number>;
  /** Accounts whose job stands still. */
  readonly stopped: Set<string>;
  record(): Promise<void>;
  stopAt(stops: readonly Stop[]): Promise<void>;
  thaw(): Promise<void>;
  /** Begins to stop, as on SIGTERM, cutting short what is in hand; the process stays. */
  shutDown(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

const within = (deadlineMs: number, what: string) => ({ withinMs: deadlineMs, everyMs: 20, what });

/** Starts a worker of this queue and resolves once it takes jobs. */
export const startWorker = async (queue: keyof typeof MAIN, environment: NodeJS.ProcessEnv): Promise<WorkerProcess> => {
  const child: ChildProcess = fork(MAIN[queue], {
    execArgv: ['--conditions=@trendpot/source'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const passed: Stop[] = [];
  const stopped = new Set<string>();
  const retried = new Map<string, string[]>();
  const repeated = new Map<string, number>();
  let ready = false;
  let heard = 0;
  child.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') ready = true;
    if (message.kind === 'heard') heard += 1;
    if (message.kind === 'point') passed.push(message);
    if (message.kind === 'stopped') stopped.add(message.accountId);
    if (message.kind === 'repeated') repeated.set(message.accountId, (repeated.get(message.accountId) ?? 0) + 1);
    if (message.kind === 'retried') {
      retried.set(message.accountId, [...(retried.get(message.accountId) ?? []), message.code]);
    }
  });
  const exited = once(child, 'exit');
  const running = () => child.exitCode === null && child.signalCode === null;
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (running()) child.kill(signal);
    await exited;
  };
  const tell = async (message: ToWorker): Promise<void> => {
    const before = heard;
    child.send(message);
    await eventually(() => heard > before, within(30_000, 'the worker hearing what it was told'));
  };
  await eventually(
    () => {
      if (!running()) throw new Error('the worker ended before it was ready');
      return ready;
    },
    within(60_000, 'the worker being ready'),
  );
  return {
    passed,
    retried,
    repeated,
    stopped,
    record: () => tell({ kind: 'record' }),
    stopAt: (stops) => tell({ kind: 'stops', stops }),
    thaw: () => tell({ kind: 'thaw' }),
    shutDown: () => tell({ kind: 'shut-down' }),
    kill: () => kill('SIGKILL'),
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  };
};
