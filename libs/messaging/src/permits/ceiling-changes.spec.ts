import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, mostInAnyWindow } from '@trendpot/testing';
import { send, startPermitsBench, type PermitsBench } from '../../test/permits-bench.ts';
import type { Permits } from './permits.ts';

jest.setTimeout(60_000);

/** Long enough for a slow machine to take a dozen permits and change the ceilings within it. */
const WINDOW_MS = 8_000;

describe('changed ceilings', () => {
  let bench: PermitsBench;
  let permits: Permits;
  beforeAll(async () => {
    bench = await startPermitsBench({ perMinute: 10, backgroundPerMinute: 10, windowMs: WINDOW_MS });
    permits = await bench.open();
  });
  afterAll(() => bench.stop());

  it('keep what is in the window when they are raised, and allow more at once', async () => {
    for (let taken = 0; taken < 10; taken += 1) await permits.withPermit('background', send);
    await expect(permits.withPermit('background', send, { deadlineMs: 100 })).rejects.toThrow();
    await bench.setCeilings({ perMinute: 12, backgroundPerMinute: 12 });
    expect((await permits.usage()).minute).toEqual({ used: 10, ceiling: 12 });
    await permits.withPermit('background', send);
    await permits.withPermit('background', send);
    expect((await permits.usage()).minute).toEqual({ used: 12, ceiling: 12 });
  });

  it('drop nothing when they are lowered: nothing goes out until the surplus has run off', async () => {
    await eventually(async () => (await permits.usage()).minute.used === 0, { what: 'the window is empty' });
    await Promise.all(Array.from({ length: 12 }, () => permits.withPermit('background', send)));
    await bench.setCeilings({ perMinute: 4, backgroundPerMinute: 4 });
    expect((await permits.usage()).minute).toEqual({ used: 12, ceiling: 4 });
    const sentAt: number[] = [];
    const loweredAt = performance.now();
    await Promise.all(
      Array.from({ length: 8 }, () =>
        permits.withPermit('background', async (permit) => {
          permit.beforeSend();
          sentAt.push(performance.now());
        }),
      ),
    );
    expect(mostInAnyWindow(sentAt, WINDOW_MS)).toBeLessThanOrEqual(4);
    expect(Math.min(...sentAt) - loweredAt).toBeGreaterThan(1_000);
    expect((await permits.usage()).minute.ceiling).toBe(4);
  });

  it('wake who waits for a place in flight', async () => {
    await bench.setCeilings({ perMinute: 100, backgroundPerMinute: 100, concurrent: 1 });
    const { promise: held, resolve: end } = Promise.withResolvers<void>();
    const holder = permits.withPermit('background', async (permit) => {
      permit.beforeSend();
      await held;
    });
    await eventually(async () => (await permits.usage()).inflight.used === 1, { what: 'the place is taken' });
    const waiting = permits.withPermit('background', send);
    await bench.setCeilings({ concurrent: 2 });
    await waiting;
    end();
    await holder;
  });
});
