import { spawn } from 'node:child_process';

/** Runs a command with its output shown, and resolves with its exit status; a signal counts as 1. */
export const runCommand = (
  command: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: 'inherit', env: environment });
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
