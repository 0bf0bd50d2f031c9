import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { REPOSITORY } from '@trendpot/local-platform';

export interface Child extends AsyncDisposable {
  readonly pid: number;
  stop(): Promise<void>;
}

/** A process whose output goes to a file, so that reading it costs this process nothing. */
export const startChild = async (
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv,
  logFile: string,
  isReady: () => Promise<boolean>,
): Promise<Child> => {
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, parameters, {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', log, log],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = performance.now() + 60_000;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`not ready, see ${logFile}`);
    await delay(50);
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { pid: child.pid ?? 0, stop, [Symbol.asyncDispose]: stop };
};
