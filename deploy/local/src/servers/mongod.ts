import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { locateProgram } from '../parts/locate-program.ts';
import { openDataDirectory } from './data-directory.ts';
import { becomePrimary, mongoAnswers } from './mongo-replica-set.ts';
import { onFreePort, startRestartable, type RestartableServer } from './restartable-server.ts';

const REPLICA_SET = 'trendpot';

export interface MongodOptions {
  /** Kept on stop if given; else a temporary directory that is removed. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly readyWithinMs?: number;
}

export interface Mongod extends RestartableServer {
  /** Names the replica set, so a client finds the primary again after a restart. No database in it. */
  readonly uri: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logFile: string;
}

/**
 * A mongod on 127.0.0.1 that is the primary of a replica set of one, so that transactions exist.
 * @throws PartError if no mongod can be had, or it does not become primary.
 */
export async function startMongod(options: MongodOptions = {}): Promise<Mongod> {
  const program = await locateProgram('mongod');
  const data = await openDataDirectory('mongod', options.dataDir);
  const logFile = join(data.path, 'mongod.log');
  const dbPath = join(data.path, 'db');
  const readyWithinMs = options.readyWithinMs ?? 60_000;
  try {
    await mkdir(dbPath, { recursive: true });
    return await onFreePort(options.port, async (port) => {
      const server = await startRestartable({
        name: 'mongod',
        port,
        launch: () => ({
          name: 'mongod',
          command: program.command,
          args: [...program.args, ...mongodArguments(port, dbPath)],
          logFile,
          ...(data.disposable === undefined ? {} : { removeIfOrphaned: data.disposable }),
          answers: () => mongoAnswers(port),
          readyWithinMs,
        }),
        afterStart: () => becomePrimary(port, REPLICA_SET, readyWithinMs),
        disposable: data.disposable !== undefined,
        remove: data.remove,
      });
      const uri = `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`;
      const facts = { uri, port, dataDir: data.path, logFile };
      return Object.defineProperties(server, Object.getOwnPropertyDescriptors(facts)) as Mongod;
    });
  } catch (error) {
    await data.remove();
    throw error;
  }
}

/** Small and quick to start; durability is left as it is by default. */
function mongodArguments(port: number, dbPath: string): readonly string[] {
  return [
    ...['--replSet', REPLICA_SET, '--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', dbPath],
    ...['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '64', '--nounixsocket'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
  ];
}
