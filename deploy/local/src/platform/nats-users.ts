import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { createUserKeys } from '@trendpot/messaging';
import { PartError } from '../part-error.ts';

/** The keys of every NATS user, one file each, as `NATS_CREDENTIALS_FILE` wants it. */
export interface NatsUsers {
  seedOf(user: NatsUser): string;
  credentialsFileOf(user: NatsUser): string;
}

/** Where the key of a user lies in a folder of them. */
export const seedFileOf = (folder: string, user: NatsUser): string => join(folder, `${user}.seed`);

const usersIn = (folder: string): NatsUsers => ({
  seedOf: (user) => readFileSync(seedFileOf(folder, user), 'utf8').trim(),
  credentialsFileOf: (user) => seedFileOf(folder, user),
});

export interface FreshNatsUsers {
  /** For the server. */
  readonly publicKeys: Record<NatsUser, string>;
  /** Writes the keys into a folder, readable by this user alone. */
  writeTo(folder: string): Promise<NatsUsers>;
}

/** Fresh keys, in memory until there is a place for them that goes when the server does. */
export const freshNatsUsers = (): FreshNatsUsers => {
  const keys = createUserKeys();
  return {
    publicKeys: Object.fromEntries(NATS_USERS.map((user) => [user, keys[user].publicKey])) as Record<NatsUser, string>,
    writeTo: async (folder) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const write = (user: NatsUser) => writeFile(seedFileOf(folder, user), `${keys[user].seed}\n`, { mode: 0o600 });
      await Promise.all(NATS_USERS.map(write));
      return usersIn(folder);
    },
  };
};

/** Where the keys of a NATS that was given lie. */
const CREDENTIALS_DIRECTORY = 'NATS_CREDENTIALS_DIRECTORY';

/**
 * The users of a NATS that was given. It must have the platform's accounts: the vault answers only callers whom the
 * server itself proves.
 * @throws PartError that says how to make them
 */
export const givenNatsUsers = (environment: NodeJS.ProcessEnv): NatsUsers => {
  const folder = environment[CREDENTIALS_DIRECTORY]?.trim() ?? '';
  const missing = folder === '' ? NATS_USERS : NATS_USERS.filter((user) => !existsSync(seedFileOf(folder, user)));
  if (missing.length === 0) return usersIn(folder);
  throw new PartError(
    'E_PART_MISSING',
    `NATS_URL is set, and ${CREDENTIALS_DIRECTORY} ${folder === '' ? 'is not' : `lacks keys of ${missing.join(', ')}`}.`,
    {
      part: 'nats-server',
      remedy: `"npm run nats-config -- --out FOLDER" writes the accounts for your server and the keys; then set ${CREDENTIALS_DIRECTORY}=FOLDER`,
    },
  );
};
