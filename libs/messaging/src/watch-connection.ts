import type { NatsConnection } from '@nats-io/transport-node';
import type { LoggerLike } from './messaging.ts';

export interface ConnectionWatch {
  isConnected(): boolean;
  onReconnect(listener: () => void): () => void;
}

/** Follows the client's own reports of the connection until it is closed. */
export const watchConnection = (connection: NatsConnection, logger: LoggerLike): ConnectionWatch => {
  let connected = true;
  const listeners = new Set<() => void>();

  const follow = async (): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        connected = false;
        logger.warn('nats.disconnected');
      } else if (status.type === 'reconnect') {
        connected = true;
        logger.info('nats.reconnected');
        for (const listener of listeners) listener();
      } else if (status.type === 'error') {
        logger.error('nats.error', { reason: status.error.message });
      }
    }
    connected = false;
  };
  void follow();

  return {
    isConnected: () => connected && !connection.isClosed(),
    onReconnect: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
