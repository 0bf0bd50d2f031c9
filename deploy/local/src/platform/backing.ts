import { join } from 'node:path';
import { natsServerConfig } from '@trendpot/messaging';
import { addressOf, DESIGN_ORDER } from '../parts/resolve.ts';
import type { SourceKind } from '../parts/part.ts';
import { startKms } from '../servers/kms.ts';
import { startMongod, type Mongod } from '../servers/mongod.ts';
import { startNatsServer, type NatsServer } from '../servers/nats-server.ts';
import { freshNatsUsers, givenNatsUsers, type NatsUsers } from './nats-users.ts';
import { withDatabase } from './with-database.ts';

/** A backing service, ours to stop or given from outside. */
export interface Backing {
  readonly natsUrl: string;
  readonly users: NatsUsers;
  readonly nats: NatsServer | undefined;
  readonly mongoUri: string;
  readonly mongod: Mongod | undefined;
  readonly kmsEndpoint: string | undefined;
  readonly keyId: string;
  /** Never rejects; answers what did not end as it should, in words. */
  stop(): Promise<readonly string[]>;
}

export interface BackingOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Database of this platform; several may share one mongod. */
  readonly databaseName: string;
  readonly order?: readonly SourceKind[];
  /** More lines of NATS configuration for a server that is started here. */
  readonly natsLines?: string;
  onStep(text: string): void;
}

const given = (environment: NodeJS.ProcessEnv, name: string): string | undefined => {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
};

type Stop = () => Promise<void>;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const startNats = async (options: BackingOptions, stops: Stop[]) => {
  const address = addressOf('nats-server', options.environment);
  if (address !== undefined) {
    options.onStep(`NATS: ${address.variable} is set, using it`);
    return { natsUrl: address.url, users: givenNatsUsers(options.environment), nats: undefined };
  }
  const fresh = freshNatsUsers();
  const config = natsServerConfig({
    publicKeys: fresh.publicKeys,
    host: '127.0.0.1',
    port: 4222,
    storeDir: '.',
    ...(options.natsLines === undefined ? {} : { extra: options.natsLines }),
  });
  const nats = await startNatsServer({ config, order: options.order ?? DESIGN_ORDER });
  stops.push(() => nats.stop());
  const users = await fresh.writeTo(join(nats.folder, 'users'));
  options.onStep(`NATS: ${nats.url}, accounts and rights from flows.ts`);
  return { natsUrl: nats.url, users, nats };
};

const startMongo = async (options: BackingOptions, stops: Stop[]) => {
  const address = addressOf('mongod', options.environment);
  if (address !== undefined) {
    options.onStep(`MongoDB: ${address.variable} is set, using it`);
    return { mongoUri: withDatabase(address.url, options.databaseName), mongod: undefined };
  }
  const mongod = await startMongod({ order: options.order ?? DESIGN_ORDER });
  stops.push(() => mongod.stop());
  options.onStep(`MongoDB: 127.0.0.1:${mongod.port}, a replica set of one`);
  return { mongoUri: withDatabase(mongod.uri, options.databaseName), mongod };
};

const startKeys = async (options: BackingOptions, stops: Stop[]) => {
  const keyId = given(options.environment, 'TIKTOK_TOKEN_ENC_KEY_ID');
  const address = addressOf('kms', options.environment);
  if (address !== undefined || keyId !== undefined) {
    options.onStep('KMS: given by the environment');
    return { kmsEndpoint: address?.url, keyId: keyId ?? 'alias/trendpot/tiktok-display-oauth' };
  }
  const kms = await startKms({ order: options.order ?? DESIGN_ORDER });
  stops.push(() => kms.stop());
  options.onStep(`KMS: ${kms.endpoint}, key alias/trendpot/tiktok-display-oauth`);
  return { kmsEndpoint: kms.endpoint, keyId: kms.keyId };
};

/** Starts what the environment does not name, all three at once. Whatever was started is stopped if one fails. */
export const startBacking = async (options: BackingOptions): Promise<Backing> => {
  const stops: Stop[] = [];
  const stop = async (): Promise<readonly string[]> => {
    const ends = await Promise.allSettled(stops.splice(0).map((end) => end()));
    return ends.flatMap((end) => (end.status === 'rejected' ? wordsOf(end.reason) : []));
  };
  const outcomes = await Promise.allSettled([
    startNats(options, stops),
    startMongo(options, stops),
    startKeys(options, stops),
  ]);
  const [nats, mongo, keys] = outcomes;
  if (nats.status === 'rejected' || mongo.status === 'rejected' || keys.status === 'rejected') {
    await stop();
    throw outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
  }
  return { ...nats.value, ...mongo.value, ...keys.value, stop };
};
