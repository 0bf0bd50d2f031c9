import { randomUUID } from 'node:crypto';
import { toPlatformError, type ServiceName } from '@trendpot/contracts';
import type { Appended } from './append-outbox.ts';
import type { Database } from './connect-mongo.ts';
import type { OutboxDocument } from './documents.ts';
import { outboxLag, type OutboxLag } from './outbox-lag.ts';
import { relayAccount } from './relay-account.ts';
import { createRelayAppended } from './relay-appended.ts';
import { createLanes } from './relay-lanes.ts';
import { createRelayPace, type RelayPace } from './relay-pace.ts';
import type { RelayPorts, Visit } from './relay-ports.ts';
import { createSweep } from './relay-sweep.ts';
import type { Published } from './settle-published.ts';
import { createWakeUp } from './wake-up.ts';

export interface RelayLogger {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
}

export interface RelayOptions {
  readonly database: Pick<Database, 'collections'>;
  readonly service: ServiceName;
  /**
   * Stores the entry in JetStream, with `_id` as message id; resolves with where it lies once that is acknowledged.
   * May be called again with the same entry.
   */
  publish(entry: OutboxDocument): Promise<Published>;
  readonly logger: RelayLogger;
  /** Called once for every entry that has left the outbox through this replica. */
  onPublished?(entry: OutboxDocument): void;
  /** How long a replica that died keeps an account from the others. */
  readonly claimMs?: number;
  /** Entries of one account published in one visit; also bounds what is held in memory. */
  readonly batch?: number;
  readonly pollMs?: number;
}

export interface Relay {
  /**
   * There is something new, of this account if it is named: look now instead of at the next poll. `appended` is what a
   * transaction has just stored, when nothing older of the account waited as that transaction saw it.
   */
  notify(accountId?: string, appended?: Appended): void;
  /** What waits to be published by this service, and how long the oldest has. */
  lag(): Promise<OutboxLag>;
  /**
   * Accounts whose oldest entry could not be published several times running, as this replica has seen it. Whatever
   * follows such an entry waits behind it.
   */
  blockedAccounts(): number;
  /** Publishes what can be published within two seconds, then ends. What is left stays in the database. */
  stop(): Promise<void>;
}

const FLUSH_MS = 2_000;
const SHORTEST_WAIT_MS = 20;
const ACCOUNTS_AT_ONCE = 8;
/** What they hold in memory was there already, in whoever appended it. */
const APPENDED_AT_ONCE = 32;

const logVisit = (logger: RelayLogger, pace: RelayPace, accountId: string | undefined, visit: Visit): void => {
  if (visit.outcome === 'failed') {
    const stopped = pace.failed(accountId);
    if (stopped === undefined) return;
    const { code, message } = toPlatformError(visit.error);
    const entry = visit.entry === undefined ? {} : { messageId: visit.entry._id, subject: visit.entry.subject };
    logger.warn(`outbox.${stopped}.stalled`, { accountId, code, message, ...entry });
  } else if (visit.outcome === 'moved' && accountId !== undefined) {
    const resumed = pace.moved(accountId);
    if (resumed !== undefined) logger.info(`outbox.${resumed}.resumed`, { accountId });
  }
};

/**
 * Publishes this service's entries of the outbox, at least once and in the order of each account. Any number of
 * replicas may run it. While nothing can be published it waits, holding nothing in memory but the batches in flight.
 */
export const startOutboxRelay = (options: RelayOptions): Relay => {
  const { database, service, logger } = options;
  const pollMs = options.pollMs ?? 500;
  const wakeUp = createWakeUp();
  const pace = createRelayPace();
  let closing = false;
  let endsAt = Infinity;

  const ports: RelayPorts = {
    collections: database.collections,
    service,
    holder: randomUUID(),
    publish: (entry) => options.publish(entry),
    claimMs: options.claimMs ?? 15_000,
    batch: options.batch ?? 10,
    isStopping: () => performance.now() > endsAt,
    onPublished: (entry) => options.onPublished?.(entry),
  };
  const relayAppended = createRelayAppended(ports);
  const lanes = createLanes({
    lanes: ACCOUNTS_AT_ONCE,
    besides: APPENDED_AT_ONCE,
    visit: async (accountId, appended) => {
      const visit = await (appended === undefined ? relayAccount(ports, accountId) : relayAppended(appended));
      logVisit(logger, pace, accountId, visit);
      return visit;
    },
    // New work is no reason to hurry while the stream does not answer.
    mayStart: () => !closing && pace.pauseMs() === 0,
    onVisited: ({ outcome }) => {
      if (outcome !== 'moved') wakeUp.signal();
    },
  });
  const sweep = createSweep({
    outbox: database.collections.outbox,
    service,
    visit: (accountId) => lanes.visit(accountId),
    atOnce: ACCOUNTS_AT_ONCE,
    besides: () => lanes.visiting(),
    mayVisit: (accountId) => pace.isStalled() || pace.mayVisit(accountId),
    shouldEnd: () => pace.isStalled() || ports.isStopping(),
  });

  const sweepOnce = async () => {
    try {
      return await sweep();
    } catch (error) {
      logVisit(logger, pace, undefined, { outcome: 'failed', error });
      return { more: false, held: false };
    }
  };

  const untilPaceAllows = async (): Promise<void> => {
    const resumeAt = performance.now() + pace.pauseMs();
    // Stopping is a reason to hurry, new work is none.
    while (!closing && performance.now() < resumeAt) await wakeUp.wait(resumeAt - performance.now());
  };

  const untilStopped = async (): Promise<void> => {
    let idleMs = SHORTEST_WAIT_MS;
    while (!closing) {
      const { more, held } = await sweepOnce();
      if (more || !held) idleMs = SHORTEST_WAIT_MS;
      if (!more && pace.pauseMs() === 0) {
        await wakeUp.wait(held ? idleMs : pollMs);
        idleMs = Math.min(idleMs * 2, pollMs);
      }
      await untilPaceAllows();
    }
    endsAt = performance.now() + FLUSH_MS;
    await lanes.settled();
    while (!pace.isStalled() && !ports.isStopping() && (await sweepOnce()).more);
  };

  const ended = untilStopped();
  return {
    notify: (accountId, appended) => {
      if (accountId === undefined || !pace.mayVisit(accountId)) wakeUp.signal();
      else lanes.note(accountId, appended);
    },
    blockedAccounts: () => pace.blocked(),
    lag: () => outboxLag(database.collections.outbox, service),
    stop: async () => {
      closing = true;
      wakeUp.signal();
      await ended;
    },
  };
};
