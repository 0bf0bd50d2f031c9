import { installPackages } from '../apt.ts';
import { findOnPath } from '../find-on-path.ts';
import { saidMiss, type Source } from '../part.ts';

/** A Debian package, for parts that only tests and benchmarks want. */
export function aptSource(packageName: string, command: string): Source {
  return {
    kind: 'system',
    async look(context) {
      const why = await installPackages([packageName], context);
      if (why !== undefined) return saidMiss(why);
      const found = await findOnPath([command], context.env);
      if (found === undefined) return saidMiss(`${packageName} is installed, but ${command} is not on PATH`);
      return { part: context.part, source: 'system', version: 'of the system', command: found, args: [], env: {} };
    },
  };
}
