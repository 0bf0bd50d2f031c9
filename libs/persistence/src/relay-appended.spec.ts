import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import { eventually } from '@trendpot/testing';
import { append, appendTogether, addAccount, startDatabase } from '../test/fixtures.ts';
import { never, relayOn, relays, streamLike, withPoints, type AwaitPoint } from '../test/relay-scene.ts';
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
const emptyFor = (accountId: string) => async () =>
  (await database.collections.outbox.countDocuments({ accountId })) === 0;
const ordered = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** A relay whose awaits are counted and gated, and that looks for nothing by itself once it has begun. */
const quietRelay = async (
  stream: ReturnType<typeof streamLike>,
  point: AwaitPoint = async () => undefined,
  options: Parameters<typeof relayOn>[2] = {},
  begin: typeof start = start,
) => {
  const names: string[] = [];
  const watched = withPoints(database, stream.publish, async (name) => {
    names.push(name);
    await point(name);
  });
  const relay = begin(watched.database, watched.publish, { pollMs: 60_000, ...options });
  await eventually(() => names.includes('after outbox.findOne'), { what: 'the first look at the outbox' });
  names.length = 0;
  return { relay, names };
};
const times = (names: readonly string[], name: string) => names.filter((one) => one === name).length;

describe('a transaction that appends', () => {
  it('sees whether anything older of its account waits, whosever it is', async () => {
    const [busy, idle] = [await newAccount(), await newAccount()];
    await append(database, busy, { service: 'token-vault' });
    expect((await appendTogether(database, busy)).nothingWaits).toBe(false);
    expect((await appendTogether(database, idle)).nothingWaits).toBe(true);
    expect((await appendTogether(database, idle)).nothingWaits).toBe(false);
    await database.collections.outbox.deleteMany({ accountId: { $in: [busy, idle] } });
  });
});

describe('what was just appended', () => {
  it('is published in order without being looked for or claimed, and settled for several accounts in one go', async () => {
    const accounts = await Promise.all(Array.from({ length: 5 }, newAccount));
    const stream = streamLike();
    // However slow this machine is: nothing of it becomes too old to be sent.
    const { relay, names } = await quietRelay(stream, undefined, { claimMs: 600_000 });
    const stored = await Promise.all(accounts.map((accountId) => appendTogether(database, accountId)));
    accounts.forEach((accountId, index) => relay.notify(accountId, stored[index]?.appended));
    for (const accountId of accounts) await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    for (const accountId of accounts) expect(stream.of(accountId).map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(names.filter((name) => /claims|find/.test(name))).toEqual([]);
    expect(times(names, 'before publish')).toBe(10);
    expect(times(names, 'before outbox.deleteMany')).toBe(1);
    expect(times(names, 'before publishedEvents.insertMany')).toBe(1);
    expect(await database.collections.publishedEvents.countDocuments({ accountId: { $in: accounts } })).toBe(10);
    await relay.stop();
  });

  it('waits for what the relay is publishing of the same account, and comes after it', async () => {
    const accountId = await newAccount();
    const stream = streamLike();
    const gate = Promise.withResolvers<void>();
    const { relay } = await quietRelay(stream, (name) =>
      name === 'before publish' ? gate.promise : Promise.resolve(),
    );
    const first = await appendTogether(database, accountId);
    relay.notify(accountId, first.appended);
    const second = await appendTogether(database, accountId);
    relay.notify(accountId, second.nothingWaits ? second.appended : undefined);
    gate.resolve();
    await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    expect(stream.of(accountId).map(({ sequence }) => sequence)).toEqual(ordered(4));
    await relay.stop();
  });

  it('holds up no other account when one is refused, and is tried again', async () => {
    const [refused, ...others] = await Promise.all(Array.from({ length: 4 }, newAccount));
    const stream = streamLike();
    let refuses = true;
    const { relay } = await quietRelay(
      {
        ...stream,
        publish: async (entry) => {
          if (refuses && entry.accountId === refused && entry.sequence === 2)
            throw new PlatformError('E_UNAVAILABLE', 'no');
          return stream.publish(entry);
        },
      },
      undefined,
      { pollMs: 30 },
    );
    for (const accountId of [refused ?? '', ...others]) {
      relay.notify(accountId, (await appendTogether(database, accountId, 3)).appended);
    }
    for (const accountId of others) await eventually(emptyFor(accountId), { what: 'an empty outbox' });
    expect(stream.of(refused ?? '').map(({ sequence }) => sequence)).toEqual([1]);
    refuses = false;
    await eventually(emptyFor(refused ?? ''), { what: 'an empty outbox' });
    expect(stream.of(refused ?? '').map(({ sequence }) => sequence)).toEqual(ordered(3));
    await relay.stop();
  });

  it('is not sent any more when it has become old: another replica has moved on by then', async () => {
    const accountId = await newAccount();
    const stream = streamLike();
    const asleep = Promise.withResolvers<void>();
    const wake = Promise.withResolvers<void>();
    const { relay, names } = await quietRelay(
      stream,
      async (name) => {
        if (name !== 'after publish') return;
        asleep.resolve();
        await wake.promise;
      },
      { claimMs: 100 },
    );
    relay.notify(accountId, (await appendTogether(database, accountId, 3)).appended);
    await asleep.promise;
    const other = start(database, stream.publish);
    await eventually(emptyFor(accountId), { what: 'the other one has published all' });
    await append(database, accountId);
    await eventually(emptyFor(accountId), { what: 'the newest too' });
    wake.resolve();
    await relay.stop();
    await other.stop();
    expect(times(names, 'before publish')).toBe(1);
    expect(stream.of(accountId).map(({ sequence }) => sequence)).toEqual(ordered(4));
  });

  it('changes nothing when another replica is at the same entries', async () => {
    const accounts = await Promise.all(Array.from({ length: 4 }, newAccount));
    const stream = streamLike();
    const replicas = Array.from({ length: 3 }, () => start(database, stream.publish, { pollMs: 5 }));
    for (let round = 0; round < 8; round += 1) {
      const relay = replicas[round % replicas.length];
      await Promise.all(
        accounts.map(async (accountId) => {
          const { appended, nothingWaits } = await appendTogether(database, accountId);
          relay?.notify(accountId, nothingWaits ? appended : undefined);
        }),
      );
    }
    for (const accountId of accounts) {
      await eventually(emptyFor(accountId), { what: 'an empty outbox' });
      expect(stream.of(accountId).map(({ sequence }) => sequence)).toEqual(ordered(16));
      expect(await database.collections.publishedEvents.countDocuments({ accountId })).toBe(16);
    }
    await Promise.all(replicas.map((relay) => relay.stop()));
  });
});

describe('a crash', () => {
  const accountsWithWork = async () => {
    const accounts = await Promise.all([newAccount(), newAccount()]);
    const stored = await Promise.all(accounts.map((accountId) => appendTogether(database, accountId, 3)));
    return accounts.map((accountId, index) => ({ accountId, appended: stored[index]?.appended }));
  };

  it('at any await between publishing and deleting loses nothing and reorders nothing, of any of the accounts', async () => {
    const rehearsal = streamLike();
    const { relay, names } = await quietRelay(rehearsal);
    for (const { accountId, appended } of await accountsWithWork()) relay.notify(accountId, appended);
    await eventually(() => names.includes('after outbox.deleteMany'), { what: 'the end' });
    await relay.stop();
    const points = names.indexOf('after outbox.deleteMany') + 1;
    expect(points).toBeGreaterThanOrEqual(16);

    for (let crashAt = 0; crashAt < points; crashAt += 1) {
      const stream = streamLike();
      const crashed = Promise.withResolvers<string>();
      let left = Infinity;
      const dies = async (name: string) => {
        left -= 1;
        if (left >= 0) return;
        crashed.resolve(name);
        await never();
      };
      const doomed = await quietRelay(stream, dies, {}, relayOn);
      const work = await accountsWithWork();
      left = crashAt;
      for (const { accountId, appended } of work) doomed.relay.notify(accountId, appended);
      const where = await crashed.promise;
      const successor = start(database, stream.publish);
      for (const { accountId } of work) {
        await eventually(emptyFor(accountId), { what: `recovery from a crash ${where}` });
        expect([where, stream.of(accountId).map(({ sequence }) => sequence)]).toEqual([where, ordered(3)]);
        const records = await database.collections.publishedEvents.countDocuments({ accountId });
        expect([where, records]).toEqual([where, 3]);
      }
      await successor.stop();
    }
  }, 120_000);
});
