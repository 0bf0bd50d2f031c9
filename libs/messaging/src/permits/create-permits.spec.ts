import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from '@trendpot/contracts';
import { eventually, gate, mostInAnyWindow } from '@trendpot/testing';
import { SCALED, send, startPermitsBench, type PermitsBench } from '../../test/permits-bench.ts';
import type { CeilingSettings } from '../topology/settings.ts';
import type { Permit, Permits } from './permits.ts';

jest.setTimeout(60_000);

describe('call permits', () => {
  let bench: PermitsBench;
  beforeAll(async () => {
    bench = await startPermitsBench();
  });
  afterAll(() => bench.stop());
  beforeEach(() => bench.clear());

  const withCeilings = async (ceilings: Partial<CeilingSettings>): Promise<Permits> => {
    await bench.setCeilings({ ...SCALED, ...ceilings });
    return bench.open();
  };

  it('takes a place under every ceiling, and after the call only the one in flight is free again', async () => {
    const permits = await withCeilings({});
    await permits.withPermit('background', async (permit) => {
      permit.beforeSend();
      expect(await permits.usage()).toMatchObject({
        minute: { used: 1, ceiling: 20 },
        background: { used: 1, ceiling: 18 },
        day: { used: 1, ceiling: 5_000 },
        inflight: { used: 1, ceiling: 5 },
      });
    });
    await eventually(async () => (await permits.usage()).inflight.used === 0, { what: 'the place in flight is free' });
    expect(await permits.usage()).toMatchObject({ minute: { used: 1 }, background: { used: 1 }, day: { used: 1 } });
  });

  it('leaves the background share alone when a person calls', async () => {
    const permits = await withCeilings({});
    await permits.withPermit('interactive', send);
    expect(await permits.usage()).toMatchObject({ minute: { used: 1 }, background: { used: 0 } });
  });

  it('gives everything back when the request was never sent', async () => {
    const permits = await withCeilings({});
    const failure = permits.withPermit('background', async () => {
      throw new Error('no token');
    });
    await expect(failure).rejects.toThrow('no token');
    await eventually(
      async () => {
        const { minute, background, day, inflight } = await permits.usage();
        return minute.used + background.used + day.used + inflight.used === 0;
      },
      { what: 'all is given back' },
    );
  });

  it('gives the other places back when the day is spent', async () => {
    const permits = await withCeilings({ perDay: 1 });
    await permits.withPermit('background', send);
    await expect(permits.withPermit('background', send, { deadlineMs: 500 })).rejects.toMatchObject({
      code: 'E_PERMIT_UNAVAILABLE',
    });
    await eventually(
      async () => {
        const { minute, background, day, inflight } = await permits.usage();
        return minute.used === 1 && background.used === 1 && day.used === 1 && inflight.used === 0;
      },
      { what: 'the rest is given back' },
    );
  });

  it('refuses at once, with the time, when a person would wait longer than wanted', async () => {
    const permits = await withCeilings({ perMinute: 1, backgroundPerMinute: 1, windowMs: 60_000 });
    await permits.withPermit('interactive', send);
    const startedAt = performance.now();
    const refusal = await permits
      .withPermit('interactive', send, { deadlineMs: 5_000 })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PlatformError);
    expect((refusal as PlatformError).afterMs).toBeGreaterThan(50_000);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('keeps the interactive share free of background work', async () => {
    const permits = await withCeilings({ perMinute: 4, backgroundPerMinute: 2, windowMs: 60_000 });
    await permits.withPermit('background', send);
    await permits.withPermit('background', send);
    await expect(permits.withPermit('background', send, { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'E_PERMIT_UNAVAILABLE',
    });
    await permits.withPermit('interactive', send);
    await permits.withPermit('interactive', send);
    expect((await permits.usage()).minute).toEqual({ used: 4, ceiling: 4 });
  });

  it('refuses to send with a permit that grew old, gives it back, and calls again with a fresh one', async () => {
    const permits = await withCeilings({});
    const ages: string[] = [];
    await permits.withPermit('background', async (permit) => {
      if (ages.length === 0) await delay(400);
      try {
        permit.beforeSend();
        ages.push('fresh');
      } catch (error) {
        ages.push((error as PlatformError).code);
        throw error;
      }
    });
    expect(ages).toEqual(['E_PERMIT_STALE', 'fresh']);
    await eventually(async () => (await permits.usage()).day.used === 1, { what: 'the old one is given back' });
  });

  it('lets a permit be used for one request only', async () => {
    const permits = await withCeilings({});
    const twice = permits.withPermit('background', async (permit) => {
      permit.beforeSend();
      permit.beforeSend();
    });
    await expect(twice).rejects.toMatchObject({ code: 'E_PERMIT_STALE' });
  });

  it('never has more calls in flight than allowed, and wakes who waits as soon as one ends', async () => {
    const refresher = await bench.platform.connect('metrics-refresher');
    const [first, second] = [await withCeilings({ concurrent: 2 }), await bench.open(refresher)];
    const doors = [gate(), gate(), gate()];
    let inFlight = 0;
    let most = 0;
    const call = (index: number) => async (permit: Permit) => {
      permit.beforeSend();
      most = Math.max(most, (inFlight += 1));
      await doors[index]?.passed;
      inFlight -= 1;
    };
    const calls = [first.withPermit('background', call(0)), first.withPermit('background', call(1))];
    await eventually(() => inFlight === 2, { what: 'two are in flight' });
    calls.push(second.withPermit('background', call(2)));
    await delay(150);
    expect(inFlight).toBe(2);
    const openedAt = performance.now();
    doors[0]?.open();
    await eventually(() => inFlight === 2 && most === 2, { what: 'the third is in flight' });
    await calls[0];
    doors[2]?.open();
    await calls[2];
    expect(performance.now() - openedAt).toBeLessThan(1_000);
    doors[1]?.open();
    await Promise.all(calls);
    expect(most).toBe(2);
  });

  it('frees the place of a holder that died when its lease ends', async () => {
    const permits = await withCeilings({ concurrent: 1, leaseMs: 1_000 });
    await bench.ingestion.jetstream.publish('tiktok.permits.inflight', '', { msgID: 'of-a-dead-worker' });
    const startedAt = performance.now();
    await permits.withPermit('background', send);
    expect(performance.now() - startedAt).toBeGreaterThan(500);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('keeps the place of a call that nobody waited for until its lease ends, and of no other that failed', async () => {
    await bench.setCeilings({ ...SCALED, leaseMs: 1_500 });
    const permits = await bench.open(bench.ingestion, { mayStillRun: (error) => (error as Error).message === 'late' });
    const failing = (message: string) =>
      permits
        .withPermit('background', async (permit) => {
          permit.beforeSend();
          throw new Error(message);
        })
        .catch(() => performance.now());
    await failing('refused');
    await eventually(async () => (await permits.usage()).inflight.used === 0, {
      what: 'the place of a refused call is free',
    });
    const failedAt = await failing('late');
    await eventually(async () => (await permits.usage()).inflight.used === 0, { what: 'the lease of the other ends' });
    expect(performance.now() - Number(failedAt)).toBeGreaterThan(1_000);
  });

  it('serves who waits in the order they came, people first', async () => {
    const permits = await withCeilings({ concurrent: 1 });
    const order: string[] = [];
    const held = gate();
    const holder = permits.withPermit('background', async (permit) => {
      permit.beforeSend();
      await held.passed;
    });
    await eventually(async () => (await permits.usage()).inflight.used === 1, { what: 'the place is taken' });
    const waiting = ['b1', 'b2', 'b3'].map((name) =>
      permits.withPermit('background', async (permit) => {
        permit.beforeSend();
        order.push(name);
      }),
    );
    const person = permits.withPermit('interactive', async (permit) => {
      permit.beforeSend();
      order.push('person');
    });
    held.open();
    await Promise.all([holder, person, ...waiting]);
    expect(order).toEqual(['person', 'b1', 'b2', 'b3']);
  });

  it('calls up one after the other of those who wait with empty hands for a place to come free', async () => {
    const permits = await withCeilings({ concurrent: 1 });
    const held = gate();
    const holder = permits.withPermit('background', async (permit) => {
      permit.beforeSend();
      await held.passed;
    });
    await eventually(async () => (await permits.usage()).inflight.used === 1, { what: 'the place is taken' });
    let calledUp = 0;
    const calledUpWhenCalling: number[] = [];
    const jobs = Array.from({ length: 6 }, async (_, index) => {
      await permits.turn('background', { wasRefused: index < 5 });
      calledUp += 1;
      await permits.withPermit('background', async (permit) => {
        permit.beforeSend();
        calledUpWhenCalling.push(calledUp);
      });
    });
    await eventually(async () => (await permits.usage()).inflight.used === 1, { what: 'somebody asks for the place' });
    expect(calledUp).toBe(0);
    held.open();
    await Promise.all([holder, ...jobs]);
    expect(calledUpWhenCalling).toHaveLength(6);
    // One more is allowed for, should this process stand still for as long as a turn lasts.
    calledUpWhenCalling.forEach((many, index) => expect(many).toBeLessThanOrEqual(index + 2));
  });

  it('lets who was not refused make ready at once while nobody else waits', async () => {
    const permits = await withCeilings({ perMinute: 1, backgroundPerMinute: 1, windowMs: 60_000 });
    await permits.withPermit('background', send);
    await permits.turn('background', { wasRefused: false });
    await permits.turn('background', { wasRefused: false });
    const stop = new AbortController();
    const refused = permits.turn('background', { wasRefused: true, signal: stop.signal });
    const behind = permits.turn('background', { wasRefused: false, signal: stop.signal });
    await permits.turn('interactive', { wasRefused: false });
    stop.abort();
    await expect(refused).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
    await expect(behind).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
  });

  it('stops waiting when its signal fires', async () => {
    const permits = await withCeilings({ perMinute: 1, backgroundPerMinute: 1, windowMs: 60_000 });
    await permits.withPermit('background', send);
    const abort = new AbortController();
    const waiting = permits.withPermit('background', send, { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
  });

  it('holds any window under the ceiling over several connections, and fills it to the last place', async () => {
    const others = await Promise.all(
      ['ingestion', 'metrics-refresher', 'metrics-refresher'].map((user) => bench.platform.connect(user as never)),
    );
    const all = [await withCeilings({})];
    for (const messaging of others) all.push(await bench.open(messaging));
    const sentAt: number[] = [];
    const endAt = performance.now() + 5_000;
    const worker = async (permits: Permits): Promise<void> => {
      while (performance.now() < endAt) {
        await permits.withPermit('background', async (permit) => {
          permit.beforeSend();
          sentAt.push(performance.now());
          await delay(5);
        });
      }
    };
    await Promise.all(all.flatMap((permits) => [worker(permits), worker(permits)]));
    expect(mostInAnyWindow(sentAt, 2_000)).toBe(18);
  });
});
