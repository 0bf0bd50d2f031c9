import type { NatsConnection } from '@nats-io/transport-node';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import type { Messaging } from './messaging.ts';

/**
 * The server knows a user by its public key; who that is stands in the same configuration, as a subject mapping of the
 * vault's account: what is published on `trendpot.callers.<user>` comes back on `trendpot.callers.<user>.<key>`. So the
 * vault needs no second list of keys, and a key that was replaced is learned without a restart.
 */
export const CALLERS_SUBJECT = 'trendpot.callers';
export const callerMappingOf = (user: NatsUser, publicKey: string): readonly [from: string, to: string] => [
  `${CALLERS_SUBJECT}.${user}`,
  `${CALLERS_SUBJECT}.${user}.${publicKey}`,
];

interface CallerDirectory {
  find(publicKey: string): Promise<NatsUser | undefined>;
}

const READ_AGAIN_AFTER_MS = 5_000;
const directories = new WeakMap<NatsConnection, CallerDirectory>();

export const callerDirectoryOf = (messaging: Messaging): CallerDirectory => {
  const known = directories.get(messaging.connection);
  if (known !== undefined) return known;
  const created = createDirectory(messaging.connection);
  directories.set(messaging.connection, created);
  return created;
};

const createDirectory = (connection: NatsConnection): CallerDirectory => {
  let readAt = -Infinity;
  let reading: Promise<Map<string, NatsUser>> = Promise.resolve(new Map());
  return {
    async find(publicKey) {
      const user = (await reading).get(publicKey);
      if (user !== undefined) return user;
      if (performance.now() - readAt >= READ_AGAIN_AFTER_MS) {
        readAt = performance.now();
        reading = readDirectory(connection);
      }
      // Whoever asks while it is being read waits for that reading: the one before may be older than the caller's key.
      return (await reading).get(publicKey);
    },
  };
};

const readDirectory = async (connection: NatsConnection): Promise<Map<string, NatsUser>> => {
  const found = new Map<string, NatsUser>();
  const subscription = connection.subscribe(`${CALLERS_SUBJECT}.*.*`, {
    callback: (error, message) => {
      const [, , user, publicKey] = message.subject.split('.');
      if (error === null && publicKey !== undefined) found.set(publicKey, user as NatsUser);
    },
  });
  for (const user of NATS_USERS) connection.publish(`${CALLERS_SUBJECT}.${user}`);
  // The server delivers to us before it answers the flush.
  await connection.flush();
  subscription.unsubscribe();
  return found;
};
