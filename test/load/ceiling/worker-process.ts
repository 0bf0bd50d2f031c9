import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';

export interface WorkerProcess {
  readonly pid: number;
  /** How long its calls waited for their permits. */
  readonly waits: number[];
  send(message: ToWorker): void;
  /** Resolves once it holds a permit and stands still. */
  hold(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** `SIGKILL` on the spot, or a friendly stop. */
  end(how: 'kill' | 'stop'): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('./worker.ts', import.meta.url));

const nextMessage = (child: ChildProcess, type: FromWorker['type']): Promise<void> =>
  new Promise((resolve, reject) => {
    const onMessage = (message: FromWorker): void => {
      if (message.type !== type) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve();
    };
    const onExit = (): void => reject(new Error(`a worker ended before it was ${type}`));
    child.on('message', onMessage);
    child.once('exit', onExit);
  });

export const startWorker = async (setup: WorkerSetup): Promise<WorkerProcess> => {
  const child = fork(SCRIPT, {
    execArgv: ['--conditions=@trendpot/source'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CEILING_WORKER: JSON.stringify(setup) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waits: number[] = [];
  child.on('message', (message: FromWorker) => {
    if (message.type === 'waited') waits.push(message.ms);
  });
  await nextMessage(child, 'ready');
  const send = (message: ToWorker): void => {
    if (child.connected) child.send(message, () => {});
  };
  return {
    pid: child.pid ?? 0,
    waits,
    send,
    hold: async () => {
      const holding = nextMessage(child, 'holding');
      send({ type: 'hold' });
      await holding;
    },
    signal: (signal) => void child.kill(signal),
    end: async (how) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      if (how === 'kill') child.kill('SIGKILL');
      else {
        send({ type: 'stop' });
        setTimeout(() => child.kill('SIGKILL'), 8_000).unref();
      }
      await exited;
    },
  };
};
