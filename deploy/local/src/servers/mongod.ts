import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataDirectory } from './data-directory.ts';
import { becomePrimary, mongoAnswers } from './mongo-replica-set.ts';
import { onFreePort, startRestartable, type RestartableServer } from './restartable-server.ts';
import { withProgram, type ProgramChoice } from './with-program.ts';

const REPLICA_SET = 'trendpot';

export interface MongodOptions extends ProgramChoice {
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
 * A mongod on 127.0.0.1 that is the primary of a replica set of one, so that transactions exist. A kept directory
 * belongs to its port: the replica set remembers under which address it was made.
 * @throws PartError if no mongod can be had, or it does not become primary.
 */
export async function startMongod(options: MongodOptions = {}): Promise<Mongod> {
  return withProgram('mongod', options, async (program) => {
    const data = await openDataDirectory('mongod', options.dataDir);
    const logFile = join(data.path, 'mongod.log');
    const dbPath = join(data.path, 'db');
    const readyWithinMs = options.readyWithinMs ?? 60_000;
    try {
      await mkdir(dbPath, { recursive: true });
      return await onFreePort(options.port, async (port) => {
        const server = await startRestartable({
          name: 'mongod',
          program,
          args: (address) => mongodArguments(address, port, dbPath),
          port,
          dataDir: data.path,
          disposable: data.disposable,
          logFile,
          answers: () => mongoAnswers(port),
          readyWithinMs,
          afterStart: () => becomePrimary(port, REPLICA_SET, readyWithinMs),
          remove: () => data.remove(),
        });
        const uri = `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`;
        return Object.assign(server, { uri, port, dataDir: data.path, logFile });
      });
    } catch (error) {
      await data.remove();
      throw error;
    }
  });
}

/** Small and quick to start and to end; durability is left as it is by default. */
function mongodArguments(address: string, port: number, dbPath: string): readonly string[] {
  return [
    ...['--replSet', REPLICA_SET, '--bind_ip', address, '--port', String(port), '--dbpath', dbPath],
    ...['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '64', '--nounixsocket'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
  ];
}
