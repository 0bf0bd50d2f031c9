import { PlatformError } from '@trendpot/contracts';
import { MongoClient, MongoNetworkError, MongoServerSelectionError, type ClientSession } from 'mongodb';
import { collectionsOf, type Collections } from './collections.ts';
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
 * Runs reads and writes outside a transaction with the platform's own error.
 *
 * @throws PlatformError E_UNAVAILABLE when the database cannot be reached.
 */
export const reachable = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) {
      throw new PlatformError('E_UNAVAILABLE', 'MongoDB cannot be reached', { cause: error });
    }
    throw error;
  }
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
