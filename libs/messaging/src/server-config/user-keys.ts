import { createUser, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { NATS_USERS, PlatformError, type NatsUser } from '@trendpot/contracts';
import { SEED } from '../authenticator.ts';

export interface UserKey {
  /** Goes to the service alone, as the file `NATS_CREDENTIALS_FILE` names. */
  readonly seed: string;
  /** Goes into the server's configuration. */
  readonly publicKey: string;
}

const keyOf = (pair: KeyPair): UserKey => {
  const key = { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
  pair.clear();
  return key;
};

/** A fresh key pair for every user of NATS. */
export const createUserKeys = (): Record<NatsUser, UserKey> => {
  const entries = NATS_USERS.map((user): [NatsUser, UserKey] => [user, keyOf(createUser())]);
  return Object.fromEntries(entries) as Record<NatsUser, UserKey>;
};

/** The key pair of a file as `NATS_CREDENTIALS_FILE` takes it. @throws PlatformError E_UNAUTHENTICATED when it has no seed. */
export const readUserKey = (content: string): UserKey => {
  try {
    return keyOf(fromSeed(new TextEncoder().encode(SEED.exec(content)?.[0])));
  } catch {
    throw new PlatformError('E_UNAUTHENTICATED', 'this is no key seed of a NATS user');
  }
};
