import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { findFreePort, findProgram } from '@trendpot/local-platform';
import type { BackingServer } from './backing-server.ts';
import { QUEUE, sharedClock, type CallJob } from './contenders/bullmq.ts';
import type { Ceilings, Contender } from './settings.ts';

const BATCH = 1_000;

/** A real Redis that syncs every write to disk, as our NATS does. */
export const startRedisBacking = async (contender: Contender, initial: Ceilings): Promise<BackingServer> => {
  const { command } = await findProgram('redis-server');
  const folder = await mkdtemp(join(tmpdir(), 'trendpot-bench-redis-'));
  const port = await findFreePort();
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, maxRetriesPerRequest: null });
  client.on('error', () => {});
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    server = spawn(command, [...options, '--appendonly', 'yes', '--appendfsync', 'always'], { stdio: 'ignore' });
    const child = server;
    process.once('exit', () => child.kill('SIGKILL'));
    for (;;) {
      const answer = await Promise.race([client.ping().catch(() => undefined), delay(500)]);
      if (answer === 'PONG') return;
      await delay(20);
    }
  };
  const kill = async (): Promise<void> => {
    if (server === undefined) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  await start();
  const queue =
    contender === 'bullmq' ? new Queue<CallJob>(QUEUE, { connection: { host: '127.0.0.1', port } }) : undefined;
  queue?.on('error', () => {});
  await queue?.setGlobalConcurrency(initial.concurrent);
  return {
    backingFor: () => ({ kind: 'redis', port }),
    setCeilings: async () => {},
    give: async (calls) => {
      for (let given = 0; given < calls && queue !== undefined; given += BATCH) {
        const jobs = Array.from({ length: Math.min(BATCH, calls - given) }, () => ({
          name: 'call',
          data: { givenAt: sharedClock() },
          opts: { removeOnComplete: true, removeOnFail: true },
        }));
        await queue.addBulk(jobs);
      }
    },
    crash: async () => {
      await kill();
      await start();
    },
    dayPermitsTaken: async () => {
      if (contender === 'bullmq') return undefined;
      return Number((await client.get('day:app')) ?? 0);
    },
    stop: async () => {
      await queue?.close().catch(() => {});
      client.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
