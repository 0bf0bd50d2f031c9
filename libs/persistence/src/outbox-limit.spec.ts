import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { append, someAccount, startDatabase } from '../test/fixtures.ts';
import { eventually } from '@trendpot/testing';
import { recordingLogger, relayOn, streamLike } from '../test/relay-scene.ts';
import { createOutboxLimit, type Database, type Relay } from './index.ts';

const stack = new AsyncDisposableStack();
let database: Database;
let relay: Relay;
const stream = streamLike();
beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
  relay = relayOn(database, stream.publish);
  stack.defer(() => relay.stop());
}, 60_000);
afterAll(() => stack.disposeAsync());

describe('an outbox with a limit', () => {
  it('lets work begin until too much waits, holds it back, and lets it go on once the outbox has drained', async () => {
    const logger = recordingLogger();
    const mayBegin = createOutboxLimit({ relay, mostWaiting: 3, logger, lookEveryMs: 30 });
    const account = someAccount();
    await database.collections.accounts.insertOne(account);
    stream.state.available = false;
    for (let index = 0; index < 3; index += 1) await append(database, account._id);
    await mayBegin();
    await append(database, account._id);
    await delay(40);
    let begun = 0;
    const waiting = [1, 2, 3].map(async () => {
      await mayBegin();
      begun += 1;
    });
    await eventually(() => logger.lines.includes('outbox.limit.reached'), {
      what: 'the word that the limit is reached',
    });
    await delay(100);
    expect(begun).toBe(0);
    stream.state.available = true;
    relay.notify();
    await Promise.all(waiting);
    expect(logger.lines).toEqual(['outbox.limit.reached', 'outbox.limit.left']);
  });

  it('holds nobody who has to stop, and does not stand in the way while the database is away', async () => {
    const full = { lag: () => Promise.resolve({ waiting: 9, oldestMs: 1 }) };
    const mayBegin = createOutboxLimit({ relay: full, mostWaiting: 3, logger: recordingLogger(), lookEveryMs: 10_000 });
    const stop = new AbortController();
    const held = mayBegin(stop.signal);
    stop.abort();
    await expect(held).rejects.toThrow();
    const away = { lag: () => Promise.reject(new Error('no database')) };
    await createOutboxLimit({ relay: away, mostWaiting: 3, logger: recordingLogger() })();
  });
});
