import { PlatformError, type ServiceName } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';
import type { Logger, Meters } from '@trendpot/observability';
import type { Database, Relay } from '@trendpot/persistence';

/** When a step of the shutdown runs: before anything else stops (clocks), or once no work is in flight any more. */
export type ShutdownPhase = 'first' | 'after-work';

export interface ShutdownStep {
  /** Default `after-work`. */
  readonly phase?: ShutdownPhase;
  /** What comes after does not wait longer for it. Default 5 s. */
  readonly withinMs?: number;
}

/** What a service is given to build itself from. Everything in it is connected. */
export interface ServiceContext {
  readonly name: ServiceName;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly messaging: Messaging;
  /** Present when the service said `usesMongo`; migrated. */
  readonly database?: Database;
  /**
   * The relay of this service's outbox; `notify()` after a transaction that appended. Present with `database` in every
   * service that publishes events.
   */
  readonly outbox?: Pick<Relay, 'notify' | 'lag'>;
  readonly readiness: {
    /** The service takes work while every check resolves. A check that takes over two seconds has failed. */
    add(name: string, check: () => Promise<void>): void;
  };
  /** Steps of one phase run one after the other, last registered first, each bounded. */
  onShutdown(name: string, run: () => Promise<void>, step?: ShutdownStep): void;
}

/** @throws PlatformError E_INTERNAL when the service did not ask for MongoDB. */
export const databaseOf = (context: ServiceContext): Database => {
  if (context.database !== undefined) return context.database;
  throw new PlatformError('E_INTERNAL', `${context.name} was started without usesMongo`);
};
