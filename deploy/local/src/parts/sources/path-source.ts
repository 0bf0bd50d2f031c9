import { findOnPath } from '../find-on-path.ts';
import { quietMiss, saidMiss, type Source } from '../part.ts';
import { probe } from '../probe.ts';
import { isAtLeast, parseVersion } from '../versions.ts';

export interface PathSourceOptions {
  readonly names: readonly string[];
  /** Asked of the program; it has to end with 0. */
  readonly question: '--version' | '--help';
  /** Left out for programs of which any version will do. */
  readonly lowest?: readonly [number, number];
}

/** A program that the machine has already. Too old a version, or one that does not run, hands over. */
export function pathSource(options: PathSourceOptions): Source {
  return {
    kind: 'path',
    async look({ part, env, cacheDirectory }) {
      const command = await findOnPath(options.names, env);
      if (command === undefined) return quietMiss(`no ${options.names.join(' or ')} on PATH`);
      const answer = await probe(command, [options.question], cacheDirectory);
      if (answer === undefined) return saidMiss(`${command} does not run here`);
      const version = (options.question === '--version' ? parseVersion(answer) : undefined) ?? 'unknown';
      if (options.lowest !== undefined && !isAtLeast(version, options.lowest)) {
        return saidMiss(`${command} is ${version}, at least ${options.lowest.join('.')} is needed`);
      }
      return { part, source: 'path', version, command, args: [], env: {} };
    },
  };
}
