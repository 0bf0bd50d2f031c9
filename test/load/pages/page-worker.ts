import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** One page job that ended well, as its worker saw it. */
export interface PageDone {
  readonly accountId: string;
  readonly page: number;
  readonly tookMs: number;
}

export interface PageWorker extends AsyncDisposable {
  /** Every page so far, in the order in which they ended. */
  readonly done: readonly PageDone[];
}

/** An ingestion worker in a process of its own, from the environment of the service. It ends once its outbox is empty. */
export const startPageWorker = async (environment: NodeJS.ProcessEnv): Promise<PageWorker> => {
  const done: PageDone[] = [];
  const child = fork(SCRIPT, {
    execArgv: ['--conditions=@trendpot/source'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  const ready = Promise.withResolvers<void>();
  child.once('exit', () => ready.reject(new Error('a page worker ended before it was ready')));
  child.on('message', (message: 'ready' | PageDone) => {
    if (message === 'ready') ready.resolve();
    else done.push(message);
  });
  await ready.promise;
  return {
    done,
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
};
