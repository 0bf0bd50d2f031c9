import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Relay } from '@trendpot/persistence';
import { eventually } from '@trendpot/testing';
import { never, relayOn, withPoints } from '../../libs/persistence/test/relay-scene.ts';
import { countingTo, publishTo, setOutboxStage, type OutboxStage } from './outbox-stage.ts';

const EVENTS = 7;
const CLAIM_MS = 1_000;

let stage: OutboxStage;
const relays: Relay[] = [];
const children: ChildProcess[] = [];
const start = (...[database, publish, options]: Parameters<typeof relayOn>): Relay => {
  const relay = relayOn(database, publish, { batch: 4, claimMs: CLAIM_MS, ...options });
  relays.push(relay);
  return relay;
};
beforeAll(async () => {
  stage = await setOutboxStage('outbox_crash');
  await stage.listen();
}, 90_000);
afterEach(() => Promise.all(relays.splice(0).map((relay) => relay.stop())));
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await (stage as OutboxStage | undefined)?.stop();
}, 60_000);

const newWork = async (): Promise<string> => {
  const accountId = await stage.newAccount();
  await stage.appendEvents(accountId, EVENTS);
  return accountId;
};

/** Every event heard once and in order, every copy of it on record, nothing left to publish. */
const expectWhole = async (accountId: string, where: string): Promise<void> => {
  await eventually(() => stage.isEmptyFor(accountId), { what: `an empty outbox ${where}` });
  await eventually(() => stage.sequencesHeard(accountId).length >= EVENTS, { what: `the last event ${where}` });
  expect([where, stage.sequencesHeard(accountId)]).toEqual([where, countingTo(EVENTS)]);
  const records = await stage.database.collections.publishedEvents.find({ accountId }).toArray();
  expect([where, new Set(records.map(({ eventId }) => eventId)).size, records.length]).toEqual([where, EVENTS, EVENTS]);
};

/** A replica in a process of its own, once it has sent itself the signal. */
const replica = async (signal: 'SIGKILL' | 'SIGSTOP', at: string, after = 0): Promise<ChildProcess> => {
  const { stores, mongoUri } = stage;
  const child = spawn(
    'node',
    ['--conditions=@trendpot/source', fileURLToPath(new URL('relay-process.ts', import.meta.url))],
    {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        NATS_URL: stores.nats.url,
        SEED_FILE: stores.nats.users.credentialsFileOf('ingestion'),
        MONGODB_URI: mongoUri,
        SIGNAL: signal,
        AT: at,
        AFTER: String(after),
        CLAIM_MS: String(CLAIM_MS),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  await once(child.stdout, 'data');
  return child;
};

describe('a relay that dies', () => {
  it('at any await loses nothing, repeats nothing and reorders nothing', async () => {
    const names: string[] = [];
    const rehearsed = await newWork();
    const rehearsal = withPoints(stage.database, publishTo(stage.ingestion), async (name) => void names.push(name));
    const whole = start(rehearsal.database, rehearsal.publish);
    await expectWhole(rehearsed, 'without a crash');
    await whole.stop();
    const points = names.lastIndexOf('after outbox.deleteMany') + 1;
    expect(points).toBeGreaterThan(20);

    for (let crashAt = 0; crashAt < points; crashAt += 1) {
      const accountId = await newWork();
      const crashed = Promise.withResolvers<string>();
      let passed = 0;
      const doomed = withPoints(stage.database, publishTo(stage.ingestion), async (name) => {
        passed += 1;
        if (passed <= crashAt) return;
        crashed.resolve(name);
        await never();
      });
      relayOn(doomed.database, doomed.publish, { batch: 4, claimMs: 60 });
      const where = await crashed.promise;
      const successor = start(stage.database, publishTo(stage.ingestion));
      await expectWhole(accountId, `crash ${where} (${crashAt})`);
      await successor.stop();
    }
  }, 120_000);

  it.each([
    ['before publish', 2],
    ['after publish', 2],
    ['after publishedEvents.insertMany', 0],
    ['before outbox.deleteMany', 1],
    ['after outbox.deleteMany', 0],
  ])(
    'by kill -9 %s leaves its work to another replica',
    async (at, after) => {
      const accountId = await newWork();
      const victim = await replica('SIGKILL', at, after);
      if (victim.exitCode === null && victim.signalCode === null) await once(victim, 'exit');
      expect(victim.signalCode).toBe('SIGKILL');
      start(stage.database, publishTo(stage.ingestion));
      await expectWhole(accountId, at);
    },
    30_000,
  );
});

describe('a relay that freezes', () => {
  it.each(['after outbox.find.sort.limit.toArray', 'after publish', 'after publishedEvents.insertMany'])(
    '%s and wakes after another has moved on changes nothing',
    async (at) => {
      const accountId = await newWork();
      const frozen = await replica('SIGSTOP', at);
      start(stage.database, publishTo(stage.ingestion));
      await expectWhole(accountId, at);
      await stage.appendEvents(accountId, 2);
      await eventually(() => stage.sequencesHeard(accountId).length === EVENTS + 2, { what: 'the newest events' });
      frozen.kill('SIGCONT');
      frozen.kill('SIGTERM');
      if (frozen.exitCode === null) await once(frozen, 'exit');
      expect(frozen.exitCode).toBe(0);
      expect(stage.sequencesHeard(accountId)).toEqual(countingTo(EVENTS + 2));
      const records = await stage.database.collections.publishedEvents.countDocuments({ accountId });
      expect(records).toBe(EVENTS + 2);
    },
    30_000,
  );
});
