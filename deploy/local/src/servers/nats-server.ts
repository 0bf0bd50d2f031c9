import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locateProgram } from '../parts/locate-program.ts';
import { openDataDirectory } from './data-directory.ts';
import { natsAnswers } from './nats-answers.ts';
import { onFreePort, startRestartable, type RestartableServer } from './restartable-server.ts';

export interface NatsServerOptions {
  /** Text of the accounts and permissions (nats-server configuration syntax); without it anyone may do anything. */
  readonly config?: string;
  /** The same as a file; used when `config` is absent. */
  readonly configFile?: string;
  /** Kept on stop if given; else a temporary directory that is removed. */
  readonly storeDir?: string;
  readonly port?: number;
  readonly readyWithinMs?: number;
}

export interface NatsServer extends RestartableServer {
  readonly url: string;
  readonly port: number;
  readonly storeDir: string;
  readonly logFile: string;
}

/**
 * A nats-server with JetStream on 127.0.0.1, every acknowledged message synced to disk.
 * @throws PartError if no nats-server can be had, or it does not answer.
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const program = await locateProgram('nats-server');
  const data = await openDataDirectory('nats', options.storeDir);
  const logFile = join(data.path, 'nats-server.log');
  const configFile = join(data.path, 'nats-server.conf');
  try {
    return await onFreePort(options.port, async (port) => {
      await writeFile(configFile, await composeConfig(data.path, options), { mode: 0o600 });
      const server = await startRestartable({
        name: 'nats-server',
        port,
        launch: () => ({
          name: 'nats-server',
          command: program.command,
          args: [...program.args, '--addr', '127.0.0.1', '--port', String(port), '--config', configFile],
          logFile,
          ...(data.disposable === undefined ? {} : { removeIfOrphaned: data.disposable }),
          answers: () => natsAnswers(port),
          readyWithinMs: options.readyWithinMs ?? 30_000,
        }),
        disposable: data.disposable !== undefined,
        remove: data.remove,
      });
      const facts = { url: `nats://127.0.0.1:${port}`, port, storeDir: data.path, logFile };
      return Object.defineProperties(server, Object.getOwnPropertyDescriptors(facts)) as NatsServer;
    });
  } catch (error) {
    await data.remove();
    throw error;
  }
}

/** Ours comes last: the last of two equal keys wins, so no caller can lose the sync or move the store. */
async function composeConfig(storeDir: string, options: NatsServerOptions): Promise<string> {
  const jetstream = `jetstream { store_dir: ${JSON.stringify(storeDir)}, sync_interval: always }\n`;
  if (options.config === undefined && options.configFile === undefined) return jetstream;
  const file = join(storeDir, 'accounts.conf');
  if (options.config !== undefined) await writeFile(file, options.config, { mode: 0o600 });
  const included = options.config !== undefined ? 'accounts.conf' : (options.configFile as string);
  return `include ${JSON.stringify(included)}\n${jetstream}`;
}
