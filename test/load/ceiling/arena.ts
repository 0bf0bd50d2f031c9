import type { BackingServer } from './backing-server.ts';
import type { Judge } from './fake-tiktok-process.ts';
import { startNatsBacking } from './nats-backing.ts';
import { startRedisBacking } from './redis-backing.ts';
import { WORKERS, type Ceilings, type Contender } from './settings.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

/** One contender with its server and its worker processes, ready to be given work and to be hurt. */
export interface Arena extends AsyncDisposable {
  readonly server: BackingServer;
  readonly workers: WorkerProcess[];
  give(calls: number): Promise<void>;
  /** Starts a worker in the place of one that ended. */
  replace(index: number): Promise<void>;
  setCeilings(ceilings: Ceilings): Promise<void>;
  /** Waits of every worker that ever ran. */
  waits(): number[];
}

const LOOPS = 5;

export const openArena = async (contender: Contender, judge: Judge, initial: Ceilings): Promise<Arena> => {
  const server = contender === 'ours' ? await startNatsBacking(initial) : await startRedisBacking(contender, initial);
  let ceilings = initial;
  let outstanding = 0;
  const everyone: WorkerProcess[] = [];
  const start = async (index: number): Promise<WorkerProcess> => {
    const worker = await startWorker({
      contender,
      index,
      backing: server.backingFor(index),
      tiktokUrl: judge.url,
      tokens: judge.tokens,
      ceilings,
      loops: LOOPS,
    });
    everyone.push(worker);
    return worker;
  };
  const workers = await Promise.all(Array.from({ length: WORKERS }, (_, index) => start(index)));
  return {
    server,
    workers,
    give: async (calls) => {
      outstanding = calls;
      await server.give(calls);
      for (const worker of workers) worker.send({ type: 'work', calls: Math.ceil(calls / workers.length) });
    },
    replace: async (index) => {
      const worker = await start(index);
      workers[index] = worker;
      worker.send({ type: 'work', calls: Math.ceil(outstanding / workers.length) });
    },
    setCeilings: async (changed) => {
      ceilings = changed;
      await server.setCeilings(changed);
      for (const worker of workers) worker.send({ type: 'ceilings', ceilings: changed });
    },
    waits: () => everyone.flatMap(({ waits }) => waits),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.end('stop')));
      await server.stop();
    },
  };
};
