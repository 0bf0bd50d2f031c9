import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsUser } from '@trendpot/contracts';

/** What the platform's logger offers; named here so that this library needs no logger. */
export interface LoggerLike {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

export const silentLogger: LoggerLike = { debug() {}, info() {}, warn() {}, error() {} };

/** One connection of one service, shared by everything in its process. */
export interface Messaging {
  readonly user: NatsUser;
  /** False on a server that asks nobody who they are (a bare one, for development). */
  readonly authenticated: boolean;
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  /** Bound to the rights of the user: a call outside them times out. */
  readonly manager: JetStreamManager;
  readonly logger: LoggerLike;
  isConnected(): boolean;
  /** Calls back after every reconnect, when signals may have been missed. Returns how to stop that. */
  onReconnect(listener: () => void): () => void;
  /** Sends what is buffered, ends the subscriptions, then closes. */
  close(): Promise<void>;
}

/** Something that works in the background until it is told to stop. */
export interface Running {
  /** Takes nothing new, finishes what is in flight (bounded), then resolves. */
  stop(): Promise<void>;
  readonly stopped: Promise<void>;
}
