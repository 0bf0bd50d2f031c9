import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataDirectory } from './data-directory.ts';
import { natsAnswers } from './nats-answers.ts';
import { onFreePort, startRestartable, type RestartableServer } from './restartable-server.ts';
import { withProgram, type ProgramChoice } from './with-program.ts';

export interface NatsServerOptions extends ProgramChoice {
  /** Text of the accounts and permissions (nats-server configuration syntax); without it anyone may do anything. */
  readonly config?: string;
  /** Kept on stop if given; else a temporary directory that is removed. */
  readonly storeDir?: string;
  readonly port?: number;
  readonly readyWithinMs?: number;
}

export interface NatsServer extends RestartableServer {
  readonly url: string;
  readonly port: number;
  readonly storeDir: string;
  /** Goes with the server, however it or this process ends; unless the store was given, then it is the store and stays. */
  readonly folder: string;
  readonly logFile: string;
}

/**
 * A nats-server with JetStream on 127.0.0.1, every acknowledged message synced to disk.
 * @throws PartError if no nats-server can be had, or it does not answer.
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  return withProgram('nats-server', options, async (program) => {
    const data = await openDataDirectory('nats', options.storeDir);
    const storeDir = data.disposable ? join(data.path, 'store') : data.path;
    const logFile = join(storeDir, 'nats-server.log');
    try {
      await mkdir(storeDir, { recursive: true });
      const configFile = await writeConfig(storeDir, options);
      return await onFreePort(options.port, async (port) => {
        const server = await startRestartable({
          name: 'nats-server',
          program,
          args: (address) => ['--addr', address, '--port', String(port), '--config', configFile],
          port,
          dataDir: data.path,
          disposable: data.disposable,
          logFile,
          answers: () => natsAnswers(port),
          readyWithinMs: options.readyWithinMs ?? 30_000,
          remove: () => data.remove(),
        });
        return Object.assign(server, { url: `nats://127.0.0.1:${port}`, port, storeDir, folder: data.path, logFile });
      });
    } catch (error) {
      await data.remove();
      throw error;
    }
  });
}

/** Ours comes last: the last of two equal keys wins, so no caller can lose the sync or move the store. */
async function writeConfig(storeDir: string, options: NatsServerOptions): Promise<string> {
  const file = join(storeDir, 'nats-server.conf');
  const given = join(storeDir, 'accounts.conf');
  if (options.config !== undefined) await writeFile(given, options.config, { mode: 0o600 });
  const include = options.config === undefined ? '' : 'include "accounts.conf"\n';
  const jetstream = `jetstream { store_dir: ${JSON.stringify(storeDir)}, sync_interval: always }\n`;
  await writeFile(file, include + jetstream, { mode: 0o600 });
  return file;
}
