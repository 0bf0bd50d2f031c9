import { MongoClient, type ClientSession } from 'mongodb';
import { collectionsOf, type Collections } from './collections.ts';
import { reachable } from './reachable.ts';
import { runTransaction } from './run-transaction.ts';

const DEFAULT_DATABASE = 'trendpot';

export interface Database {
  readonly collections: Collections;
  readonly client: MongoClient;
  /** @throws PlatformError E_UNAVAILABLE when no primary answers in time. */
  ping(): Promise<void>;
  /**
   * Runs `work` in one transaction: snapshot reads, majority and journal on commit. Transient faults run it again, so
   * `work` must touch nothing but the database. What it throws aborts and comes back unchanged.
   *
   * @throws PlatformError E_UNAVAILABLE when the database cannot be reached.
   */
  transaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const databaseNameOf = (uri: string): string => {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]*)/.exec(uri)?.[1];
  return path === undefined || path === '' ? DEFAULT_DATABASE : decodeURIComponent(path);
};

/**
 * Connects once; afterwards the driver reconnects by itself. Every write waits for a majority and its journal.
 * `undefined` is not silently dropped from filters: a forgotten id must match nothing, never everything.
 *
 * @throws PlatformError E_UNAVAILABLE
 */
export const connectMongo = async (options: { uri: string; applicationName: string }): Promise<Database> => {
  const client = new MongoClient(options.uri, {
    appName: options.applicationName,
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    retryReads: true,
    retryWrites: true,
    maxPoolSize: 32,
    serverSelectionTimeoutMS: 5_000,
    connectTimeoutMS: 5_000,
  });
  const database = client.db(databaseNameOf(options.uri));
  const ping = () => reachable(async () => void (await database.command({ ping: 1 })));
  try {
    await reachable(() => client.connect());
    await ping();
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    collections: collectionsOf(database),
    client,
    ping,
    transaction: (work) => reachable(() => runTransaction(client, work)),
    close: () => client.close(),
  };
};
