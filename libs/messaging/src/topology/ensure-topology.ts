import { setTimeout as delay } from 'node:timers/promises';
import { CONSUMERS, HOPS, PlatformError, STREAMS, SUBJECT, type ServiceName } from '@trendpot/contracts';
import { keepInPlace, type Kept } from '../keep-in-place.ts';
import type { Messaging } from '../messaging.ts';
import { ensureConsumer } from './ensure-consumer.ts';
import { ensureStream } from './ensure-stream.ts';
import { coolDownForLostPermits } from './lost-permits.ts';
import type { TopologySettings } from './settings.ts';
import { streamConfig } from './stream-config.ts';

const RETRY_MS = 250;

/** Repeats a step until it succeeds: at start another service may not be there yet, nor JetStream itself. */
const eventually = async (what: string, deadline: number, step: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    try {
      await step();
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        throw new PlatformError('E_UNAVAILABLE', `${what} could not be had in time`, { cause: error });
      }
      await delay(RETRY_MS);
    }
  }
};

/** Streams of other services without which this one cannot work. What it only publishes into, its outbox waits for. */
const neededFromOthers = (service: ServiceName): string[] => {
  const consumed = CONSUMERS.filter(({ owner }) => owner === service).map(({ stream }) => stream as string);
  const takesPermits = HOPS.some(({ kind, from }) => kind === 'permit' && from === service);
  return STREAMS.filter(({ name, kind, owner }) => {
    if (owner === service) return false;
    return consumed.includes(name) || (takesPermits && (kind === 'permits' || kind === 'cooldown'));
  }).map(({ name }) => name);
};

const deadlineOf = (settings: TopologySettings): number => performance.now() + (settings.readyWithinMs ?? 60_000);

const ensureOwned = async (
  messaging: Messaging,
  service: ServiceName,
  settings: TopologySettings,
  mayChange: boolean,
): Promise<void> => {
  const deadline = deadlineOf(settings);
  for (const definition of STREAMS.filter(({ owner }) => owner === service)) {
    const wanted = streamConfig(definition, settings);
    await eventually(`the stream ${definition.name}`, deadline, async () => {
      // The audit's limits are an operator's to change.
      const changed = await ensureStream(messaging, wanted, { mayChange: mayChange && definition.kind !== 'audit' });
      // Whoever waits for a place under this ceiling looks again: there may be more of them now.
      if (changed && definition.kind === 'permits') {
        messaging.connection.publish(SUBJECT.permitReleased, definition.name);
      }
    });
  }
  for (const name of neededFromOthers(service)) {
    await eventually(`the stream ${name}`, deadline, () => messaging.manager.streams.info(name));
  }
  for (const definition of CONSUMERS.filter(({ owner }) => owner === service)) {
    await eventually(`the consumer ${definition.name}`, deadline, () =>
      ensureConsumer(messaging, definition, settings, { mayChange }),
    );
  }
};

const restoreOwned = async (messaging: Messaging, service: ServiceName, settings: TopologySettings): Promise<void> => {
  await eventually('what became of the permits', deadlineOf(settings), () =>
    coolDownForLostPermits(messaging, service, settings),
  );
  await ensureOwned(messaging, service, settings, false);
};

/** Whether what a service stands on is there. */
export type Topology = Pick<Kept, 'isInPlace'>;

const settingsInForce = new WeakMap<Messaging, TopologySettings>();
const topologies = new WeakMap<Messaging, Topology>();

/**
 * Creates and updates the streams and consumers this service owns, and waits for those of others that it needs.
 * Settings take effect here: a changed ceiling or concurrency needs no restart of NATS, and loses nothing stored.
 *
 * What is missing later (a NATS that lost its disk) is made again for as long as the connection lasts; what is there is
 * left alone then, so that a replica of an older release cannot bring old limits back.
 * @throws PlatformError E_UNAVAILABLE when that is not done within `readyWithinMs`.
 */
export const ensureTopology = async (
  messaging: Messaging,
  service: ServiceName,
  settings: TopologySettings,
): Promise<Topology> => {
  await ensureOwned(messaging, service, settings, true);
  settingsInForce.set(messaging, settings);
  const known = topologies.get(messaging);
  if (known !== undefined) return known;
  const topology = keepInPlace(messaging, {
    name: 'topology',
    restore: () => restoreOwned(messaging, service, settingsInForce.get(messaging) ?? settings),
    lookEveryMs: settings.lookEveryMs,
  });
  topologies.set(messaging, topology);
  return topology;
};
