import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { createUserKeys, readUserKey } from '@trendpot/messaging';
import { seedFileOf } from '../platform/nats-users.ts';

export interface KeysInFolder {
  /** For the server. */
  readonly publicKeys: Record<NatsUser, string>;
  /** Users whose key was there before. */
  readonly kept: readonly NatsUser[];
  readonly made: readonly NatsUser[];
}

const publicKeyIn = async (file: string): Promise<string> => {
  const content = await readFile(file, 'utf8');
  try {
    return readUserKey(content).publicKey;
  } catch (error) {
    throw new Error(`${file} holds no key seed of a NATS user; move it away, or replace every key with --new-keys`, {
      cause: error,
    });
  }
};

/**
 * The keys of a folder, with fresh ones for users who have none: keys in use outlive a change of the rights. Everything
 * is read before anything is written, so that a file which is no key leaves the folder as it was.
 */
export const keysInFolder = async (
  folder: string,
  { newKeys }: { readonly newKeys: boolean },
): Promise<KeysInFolder> => {
  const fresh = createUserKeys();
  const kept = newKeys ? [] : NATS_USERS.filter((user) => existsSync(seedFileOf(folder, user)));
  const made = NATS_USERS.filter((user) => !kept.includes(user));
  const publicKeys = Object.fromEntries([
    ...(await Promise.all(kept.map(async (user) => [user, await publicKeyIn(seedFileOf(folder, user))] as const))),
    ...made.map((user) => [user, fresh[user].publicKey] as const),
  ]) as Record<NatsUser, string>;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const user of made) await writeFile(seedFileOf(folder, user), `${fresh[user].seed}\n`, { mode: 0o600 });
  return { publicKeys, kept, made };
};
