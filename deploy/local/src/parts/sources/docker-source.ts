import { findOnPath } from '../find-on-path.ts';
import { quietMiss, saidMiss, type Source } from '../part.ts';
import { reasonOf, runCommand } from '../run-command.ts';
import { parseVersion } from '../versions.ts';

const ANSWER_WITHIN_MS = 5_000;
const PULL_WITHIN_MS = 600_000;

/** An image, if a Docker engine answers and has it or can pull it. */
export function dockerSource(image: string, command: string): Source {
  return {
    kind: 'docker',
    async look({ part, env, progress }) {
      if ((await findOnPath(['docker'], env)) === undefined) return quietMiss('no docker on PATH');
      const engine = await runCommand('docker', ['info', '--format', '{{.ServerVersion}}'], {
        env,
        timeoutMs: ANSWER_WITHIN_MS,
      });
      if (engine.code !== 0) return quietMiss('no Docker engine answers');
      const present = await runCommand('docker', ['image', 'inspect', image], { env, timeoutMs: ANSWER_WITHIN_MS });
      if (present.code !== 0) {
        const task = progress.begin(part, `pulling ${image}`);
        const pulled = await runCommand('docker', ['pull', image], { env, timeoutMs: PULL_WITHIN_MS });
        if (pulled.code !== 0) {
          task.failed();
          return saidMiss(`the image ${image} cannot be pulled (${reasonOf(pulled)})`);
        }
        task.done();
      }
      return { part, source: 'docker', version: parseVersion(image) ?? 'unknown', command, args: [], env: {}, image };
    },
  };
}
