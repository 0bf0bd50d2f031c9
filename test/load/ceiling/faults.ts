import { setTimeout as delay } from 'node:timers/promises';
import type { Arena } from './arena.ts';
import type { Ceilings } from './settings.ts';

/** From then on this many calls a window are allowed. */
export interface CeilingChange {
  readonly at: number;
  readonly perWindow: number;
}

export interface Fault {
  /** When, as a part of the run. */
  readonly at: number;
  readonly name: string;
  strike(arena: Arena): Promise<void>;
}

const PAUSE_MS = 3_000;

const killWorker =
  (index: number): Fault['strike'] =>
  async (arena) => {
    await arena.workers[index]?.end('kill');
    await arena.replace(index);
  };

const killServer: Fault['strike'] = (arena) => arena.server.crash();

const restartAll: Fault['strike'] = async (arena) => {
  await Promise.all(arena.workers.map((worker) => worker.end('stop')));
  await arena.server.crash();
  await Promise.all(arena.workers.map((_, index) => arena.replace(index)));
};

/** Stopped between its permit and its request, for far longer than a permit may be used. */
const pauseWorker =
  (index: number): Fault['strike'] =>
  async (arena) => {
    const worker = arena.workers[index];
    if (worker === undefined) return;
    await Promise.race([worker.hold(), delay(20_000)]);
    worker.signal('SIGSTOP');
    await delay(PAUSE_MS);
    worker.send({ type: 'go-on' });
    worker.signal('SIGCONT');
  };

const now = (): number => performance.timeOrigin + performance.now();

/** Lowered and raised again, with what is in the window. What is lower holds from when it was set, until it is raised. */
const change =
  (ceilings: Ceilings, perWindow: number, noted: CeilingChange[]): Fault['strike'] =>
  async (arena) => {
    const before = now();
    await arena.setCeilings({ ...ceilings, perWindow, background: Math.round(perWindow * 0.9) });
    noted.push({ at: perWindow < ceilings.perWindow ? now() : before, perWindow });
  };

/** Everything that may befall the platform, twice, and a ceiling that is lowered for a while. */
export const faultsOf = (ceilings: Ceilings, noted: CeilingChange[]): Fault[] => [
  { at: 0.06, name: 'kill -9 of a worker', strike: killWorker(0) },
  { at: 0.13, name: 'kill -9 of the server', strike: killServer },
  { at: 0.2, name: 'restart of all', strike: restartAll },
  { at: 0.28, name: 'SIGSTOP of a worker that holds a permit', strike: pauseWorker(1) },
  { at: 0.38, name: 'kill -9 of a worker', strike: killWorker(2) },
  { at: 0.45, name: 'kill -9 of the server', strike: killServer },
  { at: 0.52, name: 'restart of all', strike: restartAll },
  { at: 0.6, name: 'SIGSTOP of a worker that holds a permit', strike: pauseWorker(3) },
  { at: 0.7, name: 'ceiling lowered', strike: change(ceilings, Math.round(ceilings.perWindow * 0.6), noted) },
  { at: 0.85, name: 'ceiling raised again', strike: change(ceilings, ceilings.perWindow, noted) },
];
