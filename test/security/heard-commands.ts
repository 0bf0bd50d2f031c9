import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { argumentsOf, textsAs, type Piece } from './places.ts';

/** Runs the commands of operators, and keeps what anybody on the machine could see of them. */
export interface HeardCommands {
  /** Runs Node with these arguments and this environment to its end. @returns its exit status */
  run(name: string, parameters: readonly string[], environment: NodeJS.ProcessEnv): Promise<number>;
  /** What they wrote, to either output. */
  outputs(): Piece[];
  /** What `ps` showed of them while they ran. */
  processArguments(): Piece[];
}

export const hearCommands = (): HeardCommands => {
  const outputs: Piece[] = [];
  const processArguments: Piece[] = [];
  return {
    run: async (name, parameters, environment) => {
      const child = spawn(process.execPath, parameters, {
        env: { PATH: process.env['PATH'], ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const texts: string[] = [];
      for (const output of [child.stdout, child.stderr]) {
        output.on('data', (chunk: Buffer) => void texts.push(chunk.toString('latin1')));
      }
      const ended = once(child, 'close');
      await once(child, 'spawn');
      processArguments.push(...(await argumentsOf([{ name, pid: child.pid as number }])));
      const [status] = (await ended) as [number | null];
      outputs.push(...textsAs(`output of ${name}`, [texts.join('')]));
      return status ?? 137;
    },
    outputs: () => outputs,
    processArguments: () => processArguments,
  };
};
