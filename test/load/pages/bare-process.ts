import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BareResult, BareSetup } from './bare.ts';

const SCRIPT = fileURLToPath(new URL('./bare.ts', import.meta.url));

/** The bare script in a process of its own, as the worker it is compared with has one. */
export const runBare = (setup: BareSetup): Promise<BareResult> =>
  new Promise((resolve, reject) => {
    const child = fork(SCRIPT, {
      execArgv: ['--conditions=@trendpot/source'],
      env: { PATH: process.env['PATH'], BARE_SETUP: JSON.stringify(setup) },
    });
    child.once('message', (result: BareResult) => resolve(result));
    child.once('exit', () => reject(new Error('the bare script ended without a result')));
  });
