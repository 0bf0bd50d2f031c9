import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PlatformError, refreshScheduleSubject } from '@trendpot/contracts';
import { eventually } from '@trendpot/testing';
import { append, addAccount, startDatabase } from '../test/fixtures.ts';
import { never, recordingLogger, relayOn, relays, streamLike, withPoints } from '../test/relay-scene.ts';
import type { Database } from './index.ts';

jest.setTimeout(30_000);

const stack = new AsyncDisposableStack();
let database: Database;
const { start, stop } = relays();

beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
  stack.defer(stop);
}, 60_000);
afterAll(() => stack.disposeAsync());

const newAccount = (): Promise<string> => addAccount(database);
const appendMany = async (accountId: string, count: number) => {
  for (let index = 0; index < count; index += 1) await append(database, accountId);
};
const emptyFor = (accountId: string) => async () =>
  (await database.collections.outbox.countDocuments({ accountId })) === 0;
const ordered = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('the relay', () => {
  it('publishes every entry of an account once, in order, and empties the outbox', async () => {
    const accountId = await newAccount();
    await appendMany(accountId, 25);
    const stream = streamLike();
    const relay = start(database, stream.publish);
    await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    expect(stream.of(accountId).map(({ sequence }) => sequence)).toEqual(ordered(25));
    expect(stream.state.attempts).toBe(25);
    await relay.stop();
  });

  it('looks at once when it is told of something new', async () => {
    const accountId = await newAccount();
    const stream = streamLike();
    const relay = start(database, stream.publish, { pollMs: 60_000 });
    await append(database, accountId);
    relay.notify();
    await eventually(() => stream.of(accountId).length === 1, { what: 'the event', withinMs: 5_000 });
    await relay.stop();
  });

  it('visits an account it is told of without looking for others', async () => {
    const accountId = await newAccount();
    const stream = streamLike();
    const names: string[] = [];
    const counted = withPoints(database, stream.publish, async (name) => void names.push(name));
    const relay = start(counted.database, counted.publish, { pollMs: 60_000 });
    await eventually(() => names.includes('after outbox.findOne'), { what: 'the first look at the outbox' });
    names.length = 0;
    await append(database, accountId);
    relay.notify(accountId);
    await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    expect(names).not.toContain('before outbox.findOne');
    await relay.stop();
  });

  it('never overtakes an older entry that another service has to publish', async () => {
    const accountId = await newAccount();
    await append(database, accountId, { service: 'token-vault' });
    await append(database, accountId);
    await append(database, accountId, { service: 'metrics-refresher' });
    await append(database, accountId);
    const stream = streamLike();
    const later = [start(database, stream.publish), start(database, stream.publish, { service: 'metrics-refresher' })];
    const another = await newAccount();
    await append(database, another);
    await eventually(() => stream.of(another).length === 1, { what: 'an event of an account that waits for nobody' });
    expect(stream.of(accountId)).toEqual([]);
    later.push(start(database, stream.publish, { service: 'token-vault' }));
    await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    expect(stream.of(accountId).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    await Promise.all(later.map((relay) => relay.stop()));
  });

  it('records where each event lies before its entry goes, and which of them a disconnect may erase', async () => {
    const accountId = await newAccount();
    await append(database, accountId);
    await append(database, accountId, { subject: refreshScheduleSubject(accountId) });
    await append(database, accountId, { build: (sequence) => ({ data: { change: 'pruned', sequence } }) });
    const stream = streamLike();
    const relay = start(database, stream.publish);
    await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    const records = await database.collections.publishedEvents
      .find({ accountId })
      .sort({ streamSequence: 1 })
      .toArray();
    expect(records).toMatchObject([
      { eventId: stream.of(accountId)[0]?.id, stream: 'TIKTOK_EVENTS', streamSequence: 1, erasable: true },
      { eventId: stream.of(accountId)[2]?.id, streamSequence: 3, erasable: false },
    ]);
    await relay.stop();
  });

  it('tells how much waits and for how long', async () => {
    const accountId = await newAccount();
    await appendMany(accountId, 3);
    const stream = streamLike();
    stream.state.available = false;
    const relay = start(database, stream.publish, { service: 'ingestion' });
    const lag = await relay.lag();
    expect(lag.waiting).toBe(3);
    expect(lag.oldestMs).toBeGreaterThan(0);
    stream.state.available = true;
    await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    expect(await relay.lag()).toEqual({ waiting: 0, oldestMs: 0 });
    await relay.stop();
  });

  it('publishes on its way out what was just appended', async () => {
    const accountId = await newAccount();
    const stream = streamLike();
    const relay = start(database, stream.publish, { pollMs: 60_000 });
    await append(database, accountId);
    await relay.stop();
    expect(stream.of(accountId)).toHaveLength(1);
  });
});

describe('several replicas', () => {
  it('share the accounts and keep the order of each, while entries keep coming', async () => {
    const accounts = await Promise.all(Array.from({ length: 6 }, newAccount));
    const stream = streamLike();
    const replicas = Array.from({ length: 4 }, () => start(database, stream.publish, { batch: 3 }));
    await Promise.all(accounts.map((accountId) => appendMany(accountId, 15)));
    for (const accountId of accounts) {
      await eventually(emptyFor(accountId), { what: 'an empty outbox' });
      expect(stream.of(accountId).map(({ sequence }) => sequence)).toEqual(ordered(15));
    }
    await Promise.all(replicas.map((relay) => relay.stop()));
    expect(await database.collections.claims.countDocuments()).toBe(0);
  });

  it('publish nothing after a pause that another has used to move on', async () => {
    const accountId = await newAccount();
    await appendMany(accountId, 3);
    const stream = streamLike();
    const sent: string[] = [];
    const wake = Promise.withResolvers<void>();
    const asleep = Promise.withResolvers<void>();
    const sleeper = withPoints(
      database,
      async (entry) => {
        sent.push(entry._id);
        return stream.publish(entry);
      },
      async (name) => {
        if (name !== 'after outbox.find.sort.limit.toArray') return;
        asleep.resolve();
        await wake.promise;
      },
    );
    const paused = start(sleeper.database, sleeper.publish);
    await asleep.promise;
    const other = start(database, stream.publish);
    await eventually(emptyFor(accountId), { what: 'the other one has published all' });
    wake.resolve();
    await paused.stop();
    await other.stop();
    expect(sent).toEqual([]);
    expect(stream.of(accountId).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });
});

describe('while the stream is away', () => {
  it('nothing is lost, nothing is reordered, and it is logged once', async () => {
    const accounts = await Promise.all([newAccount(), newAccount()]);
    const stream = streamLike();
    stream.state.available = false;
    const logger = recordingLogger();
    const relay = start(database, stream.publish, { logger });
    for (const accountId of accounts) await appendMany(accountId, 4);
    await eventually(() => stream.state.attempts >= 6, { what: 'several attempts' });
    for (let index = 0; index < 200; index += 1) relay.notify();
    const before = stream.state.attempts;
    await append(database, accounts[0] ?? '');
    expect(stream.state.attempts - before).toBeLessThanOrEqual(2);
    stream.state.available = true;
    for (const accountId of accounts) await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    expect(stream.of(accounts[0] ?? '').map(({ sequence }) => sequence)).toEqual(ordered(5));
    expect(stream.of(accounts[1] ?? '').map(({ sequence }) => sequence)).toEqual(ordered(4));
    expect(logger.lines).toEqual(['outbox.relay.stalled', 'outbox.relay.resumed']);
    await relay.stop();
  }, 30_000);

  it('one account whose entry is refused keeps no other from being published', async () => {
    const refused = await newAccount();
    const others = await Promise.all(Array.from({ length: 5 }, newAccount));
    await append(database, refused);
    const stream = streamLike();
    const logger = recordingLogger();
    const relay = start(
      database,
      async (entry) => {
        if (entry.accountId === refused) throw new PlatformError('E_MESSAGE_TOO_LARGE', 'too large');
        return stream.publish(entry);
      },
      { logger },
    );
    for (let round = 1; round <= 4; round += 1) {
      for (const accountId of others) await append(database, accountId);
      for (const accountId of others)
        await eventually(() => stream.of(accountId).length === round, { what: 'its event' });
    }
    await eventually(() => logger.lines.includes('outbox.account.stalled'), { what: 'the one word about it' });
    expect(logger.lines.filter((line) => line === 'outbox.account.stalled')).toHaveLength(1);
    expect(relay.blockedAccounts()).toBe(1);
    await relay.stop();
    await database.collections.outbox.deleteMany({ accountId: refused });
  }, 30_000);
});

describe('a crash', () => {
  const COUNT = 5;
  const scene = async () => {
    const accountId = await newAccount();
    await appendMany(accountId, COUNT);
    return { accountId, stream: streamLike() };
  };

  it('at any await loses nothing and reorders nothing', async () => {
    const names: string[] = [];
    const rehearsal = await scene();
    const counted = withPoints(database, rehearsal.stream.publish, async (name) => void names.push(name));
    const whole = start(counted.database, counted.publish, { batch: 2 });
    await eventually(emptyFor(rehearsal.accountId), { what: 'an empty outbox' });
    await whole.stop();
    const lastDelete = names.lastIndexOf('after outbox.deleteMany');
    expect(new Set(names.slice(0, lastDelete + 1))).toContain('before publish');

    for (let crashAt = 0; crashAt <= lastDelete; crashAt += 1) {
      const { accountId, stream } = await scene();
      const crashed = Promise.withResolvers<string>();
      let passed = 0;
      const doomed = withPoints(database, stream.publish, async (name) => {
        passed += 1;
        if (passed <= crashAt) return;
        crashed.resolve(name);
        await never();
      });
      relayOn(doomed.database, doomed.publish, { batch: 2, claimMs: 60 });
      const where = await crashed.promise;
      const successor = start(database, stream.publish, { batch: 2, claimMs: 400 });
      await eventually(emptyFor(accountId), { what: `recovery from a crash ${where}` });
      await successor.stop();
      expect([where, stream.of(accountId).map(({ sequence }) => sequence)]).toEqual([where, ordered(COUNT)]);
      expect([where, await database.collections.publishedEvents.countDocuments({ accountId })]).toEqual([where, COUNT]);
    }
  }, 120_000);
});
