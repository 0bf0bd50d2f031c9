import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const KEPT_LINES = 20;

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs?: number;
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  /** 127 if the command does not exist, 137 if it was killed. */
  readonly code: number;
  /** The last lines of both outputs, oldest first. */
  readonly lines: readonly string[];
}

const running = new Set<ChildProcess>();

/** A process that is interrupted takes along what it was waiting for. */
const endRunning = (): void => {
  for (const child of running) child.kill('SIGTERM');
};

/** Runs a command to its end, or to that of this process. Failure is a code, not an exception. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const lines: string[] = [];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    killSignal: 'SIGKILL',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  if (running.size === 0) process.once('exit', endRunning);
  running.add(child);
  const keep = (line: string): void => {
    if (line.trim() === '') return;
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    options.onLine?.(line);
  };
  createInterface({ input: child.stdout }).on('line', keep);
  createInterface({ input: child.stderr }).on('line', keep);
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (exit) => resolve(exit ?? 137));
  });
  running.delete(child);
  if (running.size === 0) process.off('exit', endRunning);
  return { code, lines };
}

/** The line that most likely says what went wrong. */
export function reasonOf(result: RunResult): string {
  const telling = result.lines.findLast((line) => /error|denied|refused|not found|no such|cannot|failed/i.test(line));
  return (telling ?? result.lines.at(-1) ?? `exit code ${result.code}`).trim().slice(0, 200);
}
