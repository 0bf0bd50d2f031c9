import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, errors, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError, type NatsUser } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import { authenticatorOf } from './authenticator.ts';
import { silentLogger, type LoggerLike, type Messaging } from './messaging.ts';
import { watchConnection } from './watch-connection.ts';

export interface ConnectOptions {
  /** One address, or several parted by commas. */
  readonly url: string;
  readonly user: NatsUser;
  /** Content of `NATS_CREDENTIALS_FILE`; without it nothing is proven to the server. */
  readonly seed?: Secret;
  readonly logger?: LoggerLike;
  /** How long the first connection may take; afterwards it is renewed for ever. Default 30 s. */
  readonly firstConnectWithinMs?: number;
}

/** Where the answers to this user's requests arrive; nobody else may subscribe there. */
export const inboxPrefixOf = (user: NatsUser): string => `_INBOX_${user}`;

const connectionOptions = (options: ConnectOptions): ConnectionOptions => ({
  servers: options.url.split(',').map((server) => server.trim()),
  name: options.user,
  inboxPrefix: inboxPrefixOf(options.user),
  ...(options.seed === undefined ? {} : { authenticator: authenticatorOf(options.seed) }),
  // Defaults notice a black-holed link after minutes; these do within 15 s. Measured.
  pingInterval: 5_000,
  maxPingOut: 2,
  timeout: 5_000,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 250,
  reconnectJitter: 100,
  // A stack trace made ahead for every request took 4 % of a busy worker; our errors name the subject instead.
  noAsyncTraces: true,
  // A server that restarts with a configuration in transit must not end the service.
  ignoreAuthErrorAbort: true,
});

/** Too slow to sign in is not refused: a busy machine gets there at the next attempt. */
const isRefused = (error: unknown): boolean =>
  (error instanceof errors.AuthorizationError && !/timeout/i.test(error.message)) ||
  error instanceof errors.UserAuthenticationExpiredError;

/** @throws PlatformError E_UNAUTHENTICATED when the server refuses the user, E_UNAVAILABLE when it cannot be reached. */
const firstConnection = async (options: ConnectOptions): Promise<NatsConnection> => {
  const deadline = performance.now() + (options.firstConnectWithinMs ?? 30_000);
  for (;;) {
    try {
      return await connect(connectionOptions(options));
    } catch (error) {
      if (error instanceof PlatformError) throw error;
      if (isRefused(error)) {
        throw new PlatformError('E_UNAUTHENTICATED', `NATS refused the user ${options.user}`, { cause: error });
      }
      if (performance.now() > deadline) {
        throw new PlatformError('E_UNAVAILABLE', 'NATS cannot be reached', { cause: error });
      }
      await delay(250);
    }
  }
};

export const connectMessaging = async (options: ConnectOptions): Promise<Messaging> => {
  const logger = options.logger ?? silentLogger;
  const connection = await firstConnection(options);
  const watch = watchConnection(connection, logger);
  return {
    user: options.user,
    authenticated: options.seed !== undefined,
    connection,
    jetstream: jetstream(connection),
    manager: await jetstreamManager(connection, { checkAPI: false }),
    logger,
    isConnected: watch.isConnected,
    onReconnect: watch.onReconnect,
    close: async () => {
      if (!connection.isClosed()) await connection.drain();
    },
  };
};
