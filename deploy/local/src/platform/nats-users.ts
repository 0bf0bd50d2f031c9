import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { createUserKeys } from '@trendpot/messaging';

export interface NatsUsers {
  readonly publicKeys: Record<NatsUser, string>;
  seedOf(user: NatsUser): string;
  /** A file only this user may read, as `NATS_CREDENTIALS_FILE` wants it. */
  credentialsFileOf(user: NatsUser): string;
  remove(): Promise<void>;
}

/** Fresh keys for every user, in files of mode 0600 that go when the platform stops. */
export const writeNatsUsers = async (): Promise<NatsUsers> => {
  const keys = createUserKeys();
  const folder = await mkdtemp(join(tmpdir(), 'trendpot-nats-users-'));
  const fileOf = (user: NatsUser): string => join(folder, `${user}.seed`);
  await Promise.all(NATS_USERS.map((user) => writeFile(fileOf(user), `${keys[user].seed}\n`, { mode: 0o600 })));
  return {
    publicKeys: Object.fromEntries(NATS_USERS.map((user) => [user, keys[user].publicKey])) as Record<NatsUser, string>,
    seedOf: (user) => keys[user].seed,
    credentialsFileOf: fileOf,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
