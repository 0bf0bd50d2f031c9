import { PlatformError } from '@trendpot/contracts';
import {
  startOutboxRelay,
  type Collections,
  type Database,
  type OutboxDocument,
  type Relay,
  type RelayOptions,
} from '@trendpot/persistence';

export interface StoredMessage {
  readonly id: string;
  readonly accountId: string;
  readonly sequence: number;
  readonly subject: string;
}

/** What a stream does, as far as the relay can see: stores in order, recognises a message id, can be away. */
export const streamLike = () => {
  const messages: StoredMessage[] = [];
  const state = { available: true, attempts: 0 };
  const publish = async ({ _id: id, accountId, sequence, subject }: OutboxDocument) => {
    state.attempts += 1;
    if (!state.available) throw new PlatformError('E_UNAVAILABLE', 'no acknowledgement');
    const known = messages.findIndex((message) => message.id === id);
    if (known === -1) messages.push({ id, accountId, sequence, subject });
    return { stream: 'TIKTOK_EVENTS', sequence: known === -1 ? messages.length : known + 1 };
  };
  return { messages, state, publish, of: (accountId: string) => messages.filter((one) => one.accountId === accountId) };
};

export const recordingLogger = () => {
  const lines: string[] = [];
  const log = (event: string) => void lines.push(event);
  return { lines, info: log, warn: log };
};

export const relayOn = (
  database: Pick<Database, 'collections'>,
  publish: RelayOptions['publish'],
  options: Partial<RelayOptions> = {},
): Relay =>
  startOutboxRelay({
    database,
    service: 'ingestion',
    publish,
    logger: recordingLogger(),
    pollMs: 30,
    claimMs: 400,
    ...options,
  });

/** Relays that are stopped together. */
export const relays = () => {
  const started: Relay[] = [];
  return {
    start: (...values: Parameters<typeof relayOn>): Relay => {
      const relay = relayOn(...values);
      started.push(relay);
      return relay;
    },
    stop: async (): Promise<void> => void (await Promise.all(started.map((relay) => relay.stop()))),
  };
};

/** Decides at every await of the relay, before and after, whether it goes on: `never` is a crash, a gate is a pause. */
export type AwaitPoint = (name: string) => Promise<void>;

const around =
  (point: AwaitPoint, name: string, method: (...values: unknown[]) => unknown) =>
  async (...values: unknown[]): Promise<unknown> => {
    await point(`before ${name}`);
    const result = await method(...values);
    await point(`after ${name}`);
    return result;
  };

const watched = <T extends object>(target: T, prefix: string, point: AwaitPoint): T =>
  new Proxy(target, {
    get: (object, property) => {
      const value: unknown = Reflect.get(object, property);
      if (typeof value !== 'function') return value;
      const method = (value as (...values: unknown[]) => unknown).bind(object);
      const name = `${prefix}.${String(property)}`;
      if (property === 'find' || property === 'sort' || property === 'limit') {
        return (...values: unknown[]) => watched(method(...values) as object, name, point);
      }
      return around(point, name, method);
    },
  });

/** The same database and stream, with a point at every await the relay makes on them. */
export const withPoints = (
  database: Pick<Database, 'collections'>,
  publish: RelayOptions['publish'],
  point: AwaitPoint,
): { database: Pick<Database, 'collections'>; publish: RelayOptions['publish'] } => {
  const collections = Object.fromEntries(
    Object.entries(database.collections).map(([name, collection]) => [
      name,
      watched(collection as object, name, point),
    ]),
  ) as unknown as Collections;
  return {
    database: { collections },
    publish: around(point, 'publish', publish as (...values: unknown[]) => unknown) as RelayOptions['publish'],
  };
};

export const never = (): Promise<never> => new Promise(() => undefined);
