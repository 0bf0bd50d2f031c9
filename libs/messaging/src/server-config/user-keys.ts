import { createUser } from '@nats-io/nkeys';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';

export interface UserKey {
  /** Goes to the service alone, as the file `NATS_CREDENTIALS_FILE` names. */
  readonly seed: string;
  /** Goes into the server's configuration. */
  readonly publicKey: string;
}

/** A fresh key pair for every user of NATS. */
export const createUserKeys = (): Record<NatsUser, UserKey> => {
  const entries = NATS_USERS.map((user): [NatsUser, UserKey] => {
    const pair = createUser();
    const key = { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
    pair.clear();
    return [user, key];
  });
  return Object.fromEntries(entries) as Record<NatsUser, UserKey>;
};
