import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutboxDocument, Relay } from '@trendpot/persistence';
import { eventually } from '@trendpot/testing';
import { recordingLogger, relayOn } from '../../libs/persistence/test/relay-scene.ts';
import { countingTo, publishTo, setOutboxStage, type OutboxStage } from './outbox-stage.ts';

let stage: OutboxStage;
const relays: Relay[] = [];
beforeAll(async () => {
  stage = await setOutboxStage('outbox_outage');
}, 90_000);
afterEach(() => Promise.all(relays.splice(0).map((relay) => relay.stop())));
afterAll(() => (stage as OutboxStage | undefined)?.stop(), 60_000);

/** A replica with a connection of its own, as another process would have. */
const replica = async (logger = recordingLogger()) => {
  const messaging = await stage.stores.nats.connect('ingestion');
  const inFlight = { now: 0, most: 0 };
  const send = publishTo(messaging);
  const publish = async (entry: OutboxDocument) => {
    inFlight.now += 1;
    inFlight.most = Math.max(inFlight.most, inFlight.now);
    try {
      return await send(entry);
    } finally {
      inFlight.now -= 1;
    }
  };
  const relay = relayOn(stage.database, publish, { logger, claimMs: 6_000, batch: 5 });
  const stop = async () => {
    await relay.stop();
    await messaging.connection.close();
  };
  relays.push({ ...relay, stop });
  return { relay, inFlight, logger };
};

describe('several replicas', () => {
  it('keep the order of every account while nats-server and mongod are killed and come back', async () => {
    await Promise.all([replica(), replica(), replica()]);
    const accounts = await Promise.all(Array.from({ length: 8 }, () => stage.newAccount()));
    const appending = Promise.all(accounts.map((accountId) => stage.appendEvents(accountId, 40)));
    const { mongod } = stage.stores;
    const nats = stage.stores.nats.server;
    const { publishedEvents } = stage.database.collections;
    const published = (count: number) => async () =>
      (await publishedEvents.countDocuments({ accountId: { $in: accounts } })) >= count;
    await eventually(published(10), { what: 'the first events' });
    await nats.restart();
    await eventually(published(60), { what: 'more events', withinMs: 30_000 });
    await mongod.restart();
    await eventually(published(120), { what: 'still more events', withinMs: 30_000 });
    await Promise.all([nats.restart(), mongod.restart()]);
    await appending;
    for (const accountId of accounts)
      await eventually(() => stage.isEmptyFor(accountId), { what: 'an empty outbox', withinMs: 30_000 });
    await stage.listen();
    for (const accountId of accounts) {
      await eventually(() => stage.sequencesHeard(accountId).length >= 40, { what: 'all events' });
      expect(stage.sequencesHeard(accountId)).toEqual(countingTo(40));
      const records = await publishedEvents.distinct('eventId', { accountId });
      expect(records).toHaveLength(40);
    }
  }, 120_000);
});

describe('a long outage of NATS', () => {
  const ACCOUNTS = 40;
  const EVENTS = 12;

  it('piles up in the database, not in memory, is seen, is logged once, and drains in order', async () => {
    const nats = stage.stores.nats.server;
    const { relay, inFlight, logger } = await replica();
    await nats.kill();
    const accounts = await Promise.all(Array.from({ length: ACCOUNTS }, () => stage.newAccount()));
    await Promise.all(accounts.map((accountId) => stage.appendEvents(accountId, EVENTS)));
    await eventually(() => logger.lines.includes('outbox.relay.stalled'), {
      what: 'the word that nothing gets through',
      withinMs: 30_000,
    });
    const lag = await relay.lag();
    expect(lag.waiting).toBe(ACCOUNTS * (EVENTS + EVENTS / 3));
    expect(lag.oldestMs).toBeGreaterThan(1_000);
    expect(inFlight.most).toBeLessThanOrEqual(8);
    await nats.restart();
    await eventually(async () => (await relay.lag()).waiting === 0, { what: 'an empty outbox', withinMs: 60_000 });
    await stage.listen();
    await eventually(() => accounts.every((one) => stage.sequencesHeard(one).length >= EVENTS), {
      what: 'all events',
      withinMs: 30_000,
    });
    for (const accountId of accounts) expect(stage.sequencesHeard(accountId)).toEqual(countingTo(EVENTS));
    expect(inFlight.most).toBeLessThanOrEqual(8);
    expect(logger.lines).toEqual(['outbox.relay.stalled', 'outbox.relay.resumed']);
  }, 120_000);
});
